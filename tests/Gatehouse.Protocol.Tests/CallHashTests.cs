using System.Text;
using System.Text.Json;
using Gatehouse.Protocol.Receipts;

namespace Gatehouse.Protocol.Tests;

/// <summary>The hash of a call is the one that a caller computes from what it sent and what it got, in whatever language.</summary>
[Trait("Requirement", "AU-02")]
public sealed class CallHashTests
{
    private const string Request = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"pay","_meta":{"gatehouse/receipt":true,"k":1}}}""";

    [Fact]
    public void Hashes_AreThoseOfTheSecondImplementation()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Path.Join(TestData.Repository(), "tests/second-verifier/receipt-vectors.json")));
        var calls = vectors.RootElement.GetProperty("calls");
        Assert.Equal(8, calls.GetArrayLength());
        Assert.All(calls.EnumerateArray(), call =>
        {
            var (request, answer) = (DigestSent(call.GetProperty("request").GetString()!)!, Digest(call.GetProperty("answer").GetString()!)!);
            Assert.Equal(call.GetProperty("call").GetString(), Hash(call.GetProperty("salt").GetBytesFromBase64(), request, answer));
        });
    }

    /// <summary>The member is not in the digest, so it has one form: a file with another value has a text in it without a signature.</summary>
    [Fact]
    public void CallWithAnotherValueOfTheMember_HasNoHash()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Path.Join(TestData.Repository(), "tests/second-verifier/receipt-vectors.json")));
        var calls = vectors.RootElement.GetProperty("none");
        Assert.Equal(24, calls.GetArrayLength());
        Assert.All(calls.EnumerateArray(), call => Assert.True(DigestSent(call.GetProperty("request").GetString()!) is null
            || Digest(call.GetProperty("answer").GetString()!) is null, call.GetRawText()));
    }

    [Fact]
    public void ExampleOfThePage_IsTheFirstVector()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Path.Join(TestData.Repository(), "tests/second-verifier/receipt-vectors.json")));
        var page = File.ReadAllText(Path.Join(TestData.Repository(), "docs/auditors/receipts.md"));
        var first = vectors.RootElement.GetProperty("calls")[0];
        string[] members = [.. first.EnumerateObject().Select(member => member.Value.GetString()!)];
        string[] shown = [.. members, Convert.ToBase64String(DigestSent(members[1])!), Convert.ToBase64String(Digest(members[2])!)];
        Assert.All(shown, text => Assert.Contains($"`{text}`", page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"pay","_meta":{"k":1,"gatehouse/receipt":true}}}""", true)]
    [InlineData("""{"params":{"_meta":{"gatehouse\/receipt": true ,"k":1.0},"name":"p\u0061y"},"method":"tools\/call","id":1,"jsonrpc":"2.0"}""", true)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"pay","_meta":{"k":1,"gatehouse/receipt":{"note":"x"}}}}""", false)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"pay","_meta":{"k":2,"gatehouse/receipt":true}}}""", false)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"pay","_meta":{"k":1,"Gatehouse/receipt":true,"gatehouse/receipt":true}}}""", false)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","gatehouse/receipt":true,"params":{"name":"pay","_meta":{"k":1,"gatehouse/receipt":true}}}""", false)]
    [InlineData("""{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"pay","_meta":{"k":1,"gatehouse/receipt":true}}}""", false)]
    public void Digest_IsOfTheMessageWithoutTheMember(string other, bool isSame) =>
        Assert.Equal(isSame, DigestSent(Request)!.AsSpan().SequenceEqual(DigestSent(other)));

    [Fact]
    public void EachPart_IsInTheHash()
    {
        byte[] one = new byte[32], other = [.. Enumerable.Repeat((byte)1, 32)];
        string[] hashes = [Hash(one, one, one), Hash(other, one, one), Hash(one, other, one), Hash(one, one, other)];
        Assert.Equal(4, hashes.Distinct().Count());
        Assert.Throws<ArgumentException>(() => CallHash.Of(one.AsSpan(1), one, one));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{} {}")]
    public void WhatIsNoMessage_HasNoDigest(string text)
    {
        Assert.Null(DigestSent(text));
        Assert.Null(Digest(text));
    }

    [Fact]
    public void AnyMember_CanBeLeftOut_WhereverItIs()
    {
        foreach (var members in (string[][])[["R"], ["R", "\"a\":1"], ["\"a\":1", "R"], ["\"a\":1", "R", "\"b\":2"]])
        {
            foreach (var space in (string[])["", " ", "\r\n\t"])
            {
                var text = $"{{{space}\"result\":{{\"_meta\":{{{space}{string.Join($"{space},{space}", members)}{space}}}}}}}";
                var without = string.Join(',', members.Where(member => member != "R"));
                Assert.Equal(Digest($"{{\"result\":{{{(without.Length == 0 ? "" : $"\"_meta\":{{{without}}}")}}}}}"),
                    Digest(text.Replace("R", "\"gatehouse/receipt\" : {\"salt\":\"\",\"note\":\"n\"}", StringComparison.Ordinal)));
            }
        }
    }

    private static string Hash(byte[] salt, byte[] request, byte[] answer) => Convert.ToBase64String(CallHash.Of(salt, request, answer));

    private static byte[]? DigestSent(string text) => CallHash.TryDigestRequest(Encoding.UTF8.GetBytes(text), MessageLimits.Default);

    private static byte[]? Digest(string text) => CallHash.TryDigestAnswer(Encoding.UTF8.GetBytes(text), MessageLimits.Default);
}
