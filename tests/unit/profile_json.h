/* SPDX-License-Identifier: Apache-2.0 */
/* profile_json.h - a seccomp profile out of a file, for tests: a bundle's config.json, or a profile of the shape that
 * engines ship, of which all rules are taken whatever they say of capabilities. */
#ifndef TARE_TESTS_PROFILE_JSON_H
#define TARE_TESTS_PROFILE_JSON_H

#define JSMN_STATIC
#include <fcntl.h>
#include <jsmn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "oci/spec.h"
#include "unit.h"

enum { PROFILE_TOKENS = 16384 };

struct profile_file {
        const char *text;
        jsmntok_t tokens[PROFILE_TOKENS];
        struct arena *arena;
};

static inline bool profile_is(const struct profile_file *file, size_t token, const char *text)
{
        const jsmntok_t *at = &file->tokens[token];
        size_t len = (size_t)(at->end - at->start);
        return strlen(text) == len && memcmp(file->text + at->start, text, len) == 0;
}

/* The token after this one and all in it. */
static inline size_t profile_next(const struct profile_file *file, size_t token)
{
        size_t n = (size_t)file->tokens[token].size;
        token++;
        for (size_t i = 0; i < n; i++)
                token = profile_next(file, token);
        return token;
}

/* The value of a member, 0 when there is none: that token is the document's. */
static inline size_t profile_member(const struct profile_file *file, size_t object, const char *key)
{
        size_t token = object + 1;
        for (int i = 0; i < file->tokens[object].size; i++, token = profile_next(file, token))
                if (profile_is(file, token, key))
                        return token + 1;
        return 0;
}

static inline const char *profile_text(const struct profile_file *file, size_t token)
{
        const jsmntok_t *at = &file->tokens[token];
        return arena_copy(file->arena, file->text + at->start, (size_t)(at->end - at->start));
}

static inline uint64_t profile_number(const struct profile_file *file, size_t object, const char *key)
{
        size_t token = profile_member(file, object, key);
        return token ? strtoull(profile_text(file, token), NULL, 10) : 0;
}

static inline struct opt_u32 profile_errno(const struct profile_file *file, size_t object, const char *key)
{
        return (struct opt_u32){ profile_member(file, object, key) != 0, (uint32_t)profile_number(file, object, key) };
}

static inline struct text_list profile_list(const struct profile_file *file, size_t array)
{
        struct text_list list = { 0 };
        list.items = arena_alloc_n(file->arena, (size_t)file->tokens[array].size + 1, sizeof list.items[0]);
        size_t token = array + 1;
        for (int i = 0; array && i < file->tokens[array].size; i++, token = profile_next(file, token))
                list.items[list.n++] = profile_text(file, token);
        return list;
}

static inline void profile_args(const struct profile_file *file, size_t array, struct spec_seccomp_rule *ret)
{
        if (!array)
                return;
        ret->args = arena_alloc_n(file->arena, (size_t)file->tokens[array].size, sizeof ret->args[0]);
        size_t token = array + 1;
        for (int i = 0; i < file->tokens[array].size; i++, token = profile_next(file, token))
                ret->args[ret->n_args++] = (struct spec_seccomp_arg){
                        .index = (uint32_t)profile_number(file, token, "index"),
                        .value = profile_number(file, token, "value"),
                        .value_two = profile_number(file, token, "valueTwo"),
                        .op = profile_text(file, profile_member(file, token, "op")),
                };
}

static inline void profile_rules(const struct profile_file *file, size_t array, struct spec_seccomp *ret)
{
        ret->rules = arena_alloc_n(file->arena, (size_t)file->tokens[array].size, sizeof ret->rules[0]);
        size_t token = array + 1;
        for (int i = 0; i < file->tokens[array].size; i++, token = profile_next(file, token)) {
                struct spec_seccomp_rule *rule = &ret->rules[ret->n_rules++];
                rule->names = profile_list(file, profile_member(file, token, "names"));
                rule->action = profile_text(file, profile_member(file, token, "action"));
                rule->errno_ret = profile_errno(file, token, "errnoRet");
                profile_args(file, profile_member(file, token, "args"), rule);
        }
}

/* Everything in arena. An engine's profile has no list of architectures: it gets that of x86_64. */
static inline void profile_read(const char *path, struct arena *arena, struct spec_seccomp *ret)
{
        static struct profile_file file;
        static const char *x86_words[] = { "SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32" };
        struct buf text = { 0 };
        struct err err = { 0 };
        assert_int_equal(file_read(AT_FDCWD, path, 1 << 20, &text, &err), 0);
        file.text = buf_text(&text);
        file.arena = arena;
        jsmn_parser parser;
        jsmn_init(&parser);
        assert_true(jsmn_parse(&parser, text.data, text.len, file.tokens, PROFILE_TOKENS) > 0);

        size_t linux_object = profile_member(&file, 0, "linux");
        size_t object = linux_object ? profile_member(&file, linux_object, "seccomp") : 0;
        size_t words = profile_member(&file, object, "architectures");
        *ret = (struct spec_seccomp){ .set = true };
        ret->default_action = profile_text(&file, profile_member(&file, object, "defaultAction"));
        ret->default_errno_ret = profile_errno(&file, object, "defaultErrnoRet");
        ret->architectures = words ? profile_list(&file, words) : (struct text_list){ x86_words, 3 };
        profile_rules(&file, profile_member(&file, object, "syscalls"), ret);
        file.arena = NULL;
        buf_finish(&text);
}

/* What a failed comparison was about. */
static inline void profile_print(const struct spec_seccomp *spec)
{
        print_error("default %s", spec->default_action);
        for (size_t i = 0; i < spec->architectures.n; i++)
                print_error(" %s", spec->architectures.items[i]);
        for (size_t i = 0; i < spec->n_rules && i < 16; i++) {
                const struct spec_seccomp_rule *rule = &spec->rules[i];
                print_error("\n  %s", rule->action);
                for (size_t k = 0; k < rule->names.n && k < 8; k++)
                        print_error(" %s", rule->names.items[k]);
                for (size_t k = 0; k < rule->n_args; k++)
                        print_error(" [%u %s %llx %llx]", rule->args[k].index, rule->args[k].op,
                                    (unsigned long long)rule->args[k].value,
                                    (unsigned long long)rule->args[k].value_two);
        }
        print_error("\n");
}

#endif
