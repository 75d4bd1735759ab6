using System.Text.Json;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Protocol.Tests;

/// <summary>What the framework's reader lets pass on its own: each line is a reason for a check of ours.</summary>
public class ReaderGapTests
{
    public static TheoryData<string, byte[], MessageFault> Gaps => new()
    {
        { "invalid UTF-8 in a value", [.. "{\"a\":\""u8, 0xFF, .. "\"}"u8], MessageFault.NotUtf8 },
        { "overlong encoding in a value", [.. "{\"a\":\""u8, 0xC0, 0xAF, .. "\"}"u8], MessageFault.NotUtf8 },
        { "encoded surrogate in a name", [.. "{\""u8, 0xED, 0xA0, 0x80, .. "\":1}"u8], MessageFault.NotUtf8 },
        { "a name twice", """{"a":1,"a":2}"""u8.ToArray(), MessageFault.DuplicateName },
        { "a name twice, once escaped", """{"a":1,"\u0061":2}"""u8.ToArray(), MessageFault.DuplicateName },
        { "a number beyond doubles", """{"a":1e999}"""u8.ToArray(), MessageFault.NumberNotFinite },
        { "a huge number", [.. "["u8, .. Enumerable.Repeat((byte)'9', 10_000), .. "]"u8], MessageFault.NumberTooLong },
        { "half a surrogate pair in a value", """{"a":"\ud800"}"""u8.ToArray(), MessageFault.LoneSurrogate },
        { "half a surrogate pair in a name", """{"\udead":1}"""u8.ToArray(), MessageFault.LoneSurrogate },
    };

    [Theory]
    [MemberData(nameof(Gaps))]
    public void Refuses_WhatTheReaderAloneAccepts(string what, byte[] json, MessageFault fault)
    {
        Assert.NotEmpty(what);
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
        }

        Assert.Equal(json.Length, reader.BytesConsumed);
        Assert.False(JsonValidator.TryValidate(json, MessageLimits.Default, out var failure));
        Assert.Equal(fault, failure.Fault);
    }
}
