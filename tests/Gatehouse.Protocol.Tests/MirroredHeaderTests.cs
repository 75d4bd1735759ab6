using System.Text;
using Gatehouse.Protocol.Headers;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Tests;

public class MirroredHeaderTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("two words", "two words")]
    [InlineData("tab\tinside", "tab\tinside")]
    [InlineData("=?base64?SGVsbG8=?=", "Hello")]
    [InlineData("=?base64??=", "")]
    [InlineData("=?base64?w7w=?=", "ü")]
    [InlineData("=?BASE64?SGVsbG8=?=", "=?BASE64?SGVsbG8=?=")]
    [InlineData("=?base64?SGVsbG8=", "=?base64?SGVsbG8=")]
    [InlineData("x=?base64?SGVsbG8=?=", "x=?base64?SGVsbG8=?=")]
    [InlineData("=?base64?=", null)]
    [InlineData("=?base64?SGVsbG8?=", null)]
    [InlineData("=?base64?SGVs bG8=?=", null)]
    [InlineData("=?base64?SGVsbG9=?=", null)]
    [InlineData("=?base64?SGVsbG8_?=", null)]
    [InlineData("=?base64?/w==?=", null)]
    [InlineData("bell\u0007", null)]
    [InlineData("nul\0", null)]
    [InlineData("break\r\nX: y", null)]
    [InlineData("ü", null)]
    [InlineData("\u007f", null)]
    [Trait("Requirement", "T14")]
    [Trait("Requirement", "T17")]
    public void Decodes_OnlyWhatHasOneMeaning(string header, string? expected)
    {
        Assert.Equal(expected is not null, MirroredHeader.TryDecode(header, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("us-west1", "us-west1")]
    [InlineData("a b", "a b")]
    [InlineData(" a", "=?base64?IGE=?=")]
    [InlineData("a\t", "=?base64?YQk=?=")]
    [InlineData("ü", "=?base64?w7w=?=")]
    [InlineData("a\nb", "=?base64?YQpi?=")]
    [InlineData("=?base64?x?=", "=?base64?PT9iYXNlNjQ/eD89?=")]
    [InlineData("=?base64?=", "=?base64?PT9iYXNlNjQ/PQ==?=")]
    [InlineData("", "=?base64??=")]
    [Trait("Requirement", "T23")]
    public void Encodes_WhatPlainHeadersCannotCarry(string value, string header) => Assert.Equal(header, MirroredHeader.Encode(value));

    [Fact]
    [Trait("Requirement", "T23")]
    public void Decodes_EverythingThatItEncodes()
    {
        var dice = new Dice(23);
        string[] parts = ["a", "Z", " ", "\t", "\n", "\0", "=?", "base64?", "?=", "é", "😀", "\u007f", "\"", "\\", ","];
        for (var round = 0; round < 5000; round++)
        {
            var value = string.Concat(Enumerable.Range(0, dice.Next(6)).Select(_ => dice.Pick(parts)));
            var header = MirroredHeader.Encode(value);
            Assert.True(MirroredHeader.HasValidCharacters(header));
            Assert.Equal(header.Trim(), header);
            Assert.True(MirroredHeader.TryDecode(header, out var decoded));
            Assert.Equal(value, decoded);
            Assert.True(MirroredHeader.Matches(header, JsonText.Encode(value)));
            Assert.Equal(header, MirroredHeader.EncodeToken(JsonText.Encode(value)));
        }
    }

    [Theory]
    [InlineData("add", "\"add\"", true)]
    [InlineData("add", "\"\\u0061dd\"", true)]
    [InlineData("Add", "\"add\"", false)]
    [InlineData("=?base64?YWRk?=", "\"add\"", true)]
    [InlineData("=?base64?YWRl?=", "\"add\"", false)]
    [InlineData("=?base64?YWR?=", "\"add\"", false)]
    [InlineData("42", "\"42\"", true)]
    [InlineData("42.0", "\"42\"", false)]
    [InlineData("42", "42", true)]
    [InlineData("42.0", "42", true)]
    [InlineData("42", "42.00", true)]
    [InlineData("-7", "-7", true)]
    [InlineData("7", "-7", false)]
    [InlineData("-0", "0", true)]
    [InlineData("042", "42", false)]
    [InlineData("+42", "42", false)]
    [InlineData(" 42", "42", false)]
    [InlineData("42.", "42", false)]
    [InlineData("42.5", "42.5", false)]
    [InlineData("4.2e1", "42", false)]
    [InlineData("9007199254740991", "9007199254740991", true)]
    [InlineData("9007199254740992", "9007199254740992", false)]
    [InlineData("true", "true", true)]
    [InlineData("True", "true", false)]
    [InlineData("true", "false", false)]
    [InlineData("true", "\"true\"", true)]
    [InlineData("null", "null", false)]
    [InlineData("{}", "{}", false)]
    [InlineData("x", "", false)]
    [Trait("Requirement", "T18")]
    public void Matches_StringsExactlyAndIntegersByValue(string header, string token, bool expected) =>
        Assert.Equal(expected, MirroredHeader.Matches(header, Encoding.UTF8.GetBytes(token)));

    [Theory]
    [InlineData("42.0", "42")]
    [InlineData("true", "true")]
    [InlineData("null", null)]
    [InlineData("1.5", null)]
    [InlineData("[]", null)]
    [InlineData("", null)]
    public void Encodes_PrimitiveTokensOnly(string token, string? header) =>
        Assert.Equal(header, MirroredHeader.EncodeToken(Encoding.UTF8.GetBytes(token)));
}
