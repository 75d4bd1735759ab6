using System.Text;
using Gatehouse.Identity.Revocations;

namespace Gatehouse.Identity.Tests.Revocations;

public sealed class RevocationFileTests
{
    private const string Hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Fact]
    public void Reads_EveryKind()
    {
        var list = Read($$"""
            {"version":1}

            {"kind":"token","value":"{{Hash}}"}
            {"kind":"jti","issuer":"https://i","value":"t"}
            {"kind":"session","issuer":"https://i","value":"s","note":"left the company"}
            {"kind":"subject","issuer":"https://i","value":"alice","before":"2026-01-31T12:00:00Z"}
            {"kind":"client","issuer":"https://i","value":"cli"}
            {"kind":"issuer","issuer":"https://i"}
            """);
        Assert.Equal(Enum.GetValues<RevocationKind>(), list.Select(revocation => revocation.Kind));
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), list[3].At);
        Assert.Equal(DateTimeOffset.MaxValue, list[4].At);
        Assert.Equal(("", ""), (list[0].Issuer, list[5].Value));
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("{\"kind\":\"issuer\",\"issuer\":\"https://i\"}", "does not begin")]
    [InlineData("{\"version\":2}", "reads version 1")]
    [InlineData("{\"version\":\"1\"}", "does not begin")]
    [InlineData("{\"version\":1,\"more\":1}", "does not begin")]
    [InlineData("{\"version\":1}\n{\"version\":1}", "line 2: only kind")]
    [InlineData("{\"version\":1}\nhello", "line 2: this is not one JSON object")]
    [InlineData("{\"version\":1}\n{\"kind\":\"issuer\",\"issuer\":\"a\",\"issuer\":\"b\"}", "each name once")]
    [InlineData("{\"version\":1}\n{\"kind\":\"user\",\"issuer\":\"a\",\"value\":\"b\"}", "kind is not token")]
    [InlineData("{\"version\":1}\n{\"issuer\":\"a\",\"value\":\"b\"}", "kind is not token")]
    [InlineData("{\"version\":1}\n{\"kind\":\"subject\",\"value\":\"b\"}", "names its issuer")]
    [InlineData("{\"version\":1}\n{\"kind\":\"subject\",\"issuer\":\"a\"}", "names a value")]
    [InlineData("{\"version\":1}\n{\"kind\":\"issuer\",\"issuer\":\"a\",\"value\":\"b\"}", "issuer names none")]
    [InlineData("{\"version\":1}\n{\"kind\":\"token\",\"issuer\":\"a\",\"value\":\"b\"}", "token names none")]
    [InlineData("{\"version\":1}\n{\"kind\":\"token\",\"value\":\"abc\"}", "not a SHA-256")]
    [InlineData("{\"version\":1}\n{\"kind\":\"subject\",\"issuer\":\"a\",\"value\":1}", "'value' is not a text")]
    [InlineData("{\"version\":1}\n{\"kind\":\"subject\",\"issuer\":\"a\",\"value\":\"\"}", "'value' is not a text")]
    [InlineData("{\"version\":1}\n{\"kind\":\"subject\",\"issuer\":\"a\",\"value\":\"b\",\"before\":\"yesterday\"}", "not a moment")]
    [InlineData("{\"version\":1}\n{\"kind\":\"jti\",\"issuer\":\"a\",\"value\":\"b\",\"before\":\"2026-01-31T12:00:00Z\"}",
        "'before' means something")]
    public void Refuses_WhatIsNotSuchAList(string content, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Read(content)).Message, StringComparison.Ordinal);

    [Fact]
    public void Bounds_TheList()
    {
        var lines = string.Concat(Enumerable.Repeat("{\"kind\":\"issuer\",\"issuer\":\"a\"}\n", RevocationFile.MaxEntries + 1));
        Assert.Contains("more than", Assert.Throws<InvalidDataException>(() => Read("{\"version\":1}\n" + lines)).Message, StringComparison.Ordinal);
        Assert.Contains("larger", Assert.Throws<InvalidDataException>(() => RevocationFile.Read(new byte[RevocationFile.MaxBytes + 1])).Message,
            StringComparison.Ordinal);
    }

    private static IReadOnlyList<Revocation> Read(string text) => RevocationFile.Read(Encoding.UTF8.GetBytes(text));
}
