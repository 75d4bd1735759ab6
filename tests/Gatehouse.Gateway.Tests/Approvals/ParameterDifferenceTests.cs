using System.Buffers;
using System.Text;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Canonical;
using Gatehouse.Protocol.Json;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>The difference between two calls is complete in number, bounded in length, and none of it is unseen.</summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class ParameterDifferenceTests
{
    [Fact]
    public void ValuesThatChanged_AreListedByTheirPath_WithBothValues() => Assert.Equal(
        [new(ValueChange.Changed, "$['arguments']['amount']", "10", "1000"), new(ValueChange.Changed, "$['arguments']['to'][1]", "\"a\"", "\"b\"")],
        Between("""{"arguments":{"amount":10,"to":["x","a"]}}""", """{"arguments":{"amount":1000,"to":["x","b"]}}""").Listed);

    [Fact]
    public void ValuesOfOneCallOnly_AreListed_EachOfAnObject() => Assert.Equal(
        [
            new(ValueChange.Added, "$['a']['b']['c']", null, "1"), new(ValueChange.Added, "$['a']['b']['d']", null, "{}"),
            new(ValueChange.Removed, "$['z'][0]", "null", null), new(ValueChange.Removed, "$['z'][1]", "[]", null),
        ],
        Between("""{"z":[null,[]]}""", """{"a":{"b":{"c":1,"d":{}}}}""").Listed);

    [Fact]
    public void ValueOfAnotherType_IsRemovedAndAdded() => Assert.Equal(
        [new(ValueChange.Removed, "$['a']['b']", "1", null), new(ValueChange.Added, "$['a']", null, "\"{}\"")],
        Between("""{"a":{"b":1}}""", """{"a":"{}"}""").Listed);

    [Theory]
    [InlineData("""{"a":1250.00,"b":"\u0041"}""", """{"b":"A","a":1250}""")] // one value, two spellings
    [InlineData("", "")]
    public void EqualValues_AreNoDifference(string before, string after)
    {
        var difference = Between(before, after);
        Assert.Equal((0, 0, 0, 0), (difference.Changed, difference.Added, difference.Removed, difference.Listed.Count));
    }

    // A double holds neither of the two numbers.
    [Fact]
    public void NumbersThatDifferInTheirLastDigit_AreDifferent() => Assert.Equal(
        [new(ValueChange.Changed, "$['a']", "9007199254740992", "9007199254740993")],
        Between("""{"a":9007199254740992}""", """{"a":9007199254740993}""").Listed);

    [Fact]
    public void CallWithParametersAfterOneWithout_HasAllOfThem()
    {
        Assert.Equal(1, Between("", """{"a":1}""").Added);
        Assert.Equal(1, Between("""{"a":1}""", "").Removed);
    }

    // Threat: the change is behind a long equal beginning that a bound would cut.
    [Theory]
    [InlineData("x")]
    [InlineData("\\u200b")]
    public void ChangeBehindALongEqualBeginning_IsShown(string piece)
    {
        var equal = string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length));
        var found = Assert.Single(Between($"{{\"a\":\"{equal}1\"}}", $"{{\"a\":\"{equal}2\"}}").Listed);
        var letters = equal.Length / (piece.StartsWith('\\') ? piece.Length : 1);
        Assert.Equal(($"({letters} equal letters) \"1\"", $"({letters} equal letters) \"2\""), (found.Before, found.After));
    }

    // Each letter is eight as it is shown, so that a bound of letters alone would cut the change.
    [Fact]
    public void ChangeBehindShortHiddenText_IsShown()
    {
        var hidden = string.Concat(Enumerable.Repeat("\u200b", 30));
        var found = Assert.Single(Between($"{{\"a\":\"{hidden}1\"}}", $"{{\"a\":\"{hidden}2\"}}").Listed);
        Assert.NotEqual(found.Before, found.After);
    }

    [Fact]
    public void PairOfSurrogates_IsNotDivided()
    {
        var equal = new string('x', 300);
        var found = Assert.Single(Between($"{{\"a\":\"{equal}\ud83d\ude00\"}}", $"{{\"a\":\"{equal}\ud83d\ude01\"}}").Listed);
        Assert.Equal(("(300 equal letters) \"\ud83d\ude00\"", "(300 equal letters) \"\ud83d\ude01\""), (found.Before, found.After));
    }

    // Threat: more differences than a person reads. All are counted.
    [Fact]
    public void LargeDifferences_AreCounted_AndTheFirstAreListed()
    {
        var many = string.Join(',', Enumerable.Repeat("1", 60_000));
        var difference = Between("""{"a":[]}""", $"{{\"a\":[{many}]}}");
        Assert.Equal((60_000, ParameterDifference.MostListed), (difference.Added, difference.Listed.Count));
        var wide = string.Join(',', Enumerable.Range(0, 5000).Select(static number => $"\"{new string('n', 40)}{number}\":1"));
        Assert.Equal(5000, Between($"{{{wide}}}", "{}").Removed);
    }

    [Fact]
    public void PathsAndValues_HaveABound()
    {
        var name = new string('n', 10_000);
        var deep = string.Concat(Enumerable.Repeat($"{{\"{name}\":", 20)) + $"\"{new string('v', 10_000)}\"" + new string('}', 20);
        var found = Assert.Single(Between("{}", deep).Listed);
        Assert.StartsWith("$ (12 levels) ['nnn", found.Path, StringComparison.Ordinal);
        Assert.Contains("' (9952 more letters)]", found.Path, StringComparison.Ordinal);
        Assert.EndsWith("v\" (9840 more letters)", found.After, StringComparison.Ordinal);
        Assert.True(found.Path.Length < 800 && found.After!.Length < 200);
    }

    // What the gateway says is outside of quotation marks, and what the caller says is inside.
    [Fact]
    public void TextThatImitatesTheForm_StaysInItsQuotationMarks()
    {
        var found = Assert.Single(Between("{}", """{"a'] x ['b":"1\" (3 more letters)"}""").Listed);
        Assert.Equal(("$['a\\'] x [\\'b']", "\"1\\\" (3 more letters)\""), (found.Path, found.After));
    }

    [Theory]
    [InlineData("\\u202e")]
    [InlineData("\\u200b")]
    [InlineData("\\u001b[2K")]
    [InlineData("\\n")]
    [InlineData("\\udb40\\udc41")]
    public void WhatATerminalDoesNotShow_IsAnEscape(string hidden)
    {
        var difference = Between($"{{\"a{hidden}\":\"b{hidden}\",\"c\":1}}", $"{{\"a{hidden}\":\"d{hidden}\",\"e{hidden}\":2}}");
        Assert.Equal(3, difference.Listed.Count);
        foreach (var text in difference.Listed.SelectMany(static one => new[] { one.Path, one.Before ?? "", one.After ?? "" }))
            Assert.Equal(VisibleText.Guard(text), text);
        Assert.NotEqual(difference.Listed[0].Before, difference.Listed[0].After);
    }

    private static ParameterDifference Between(string before, string after) => ParameterDifference.Between(Canonical(before), Canonical(after));

    private static ReadOnlyMemory<byte> Canonical(string json)
    {
        var output = new ArrayBufferWriter<byte>();
        var bytes = Encoding.UTF8.GetBytes(json);
        if (bytes.Length > 0) CanonicalJson.WriteValidated(bytes, new ByteRange(0, bytes.Length), output, CanonicalNumbers.Exact);
        return output.WrittenMemory;
    }
}
