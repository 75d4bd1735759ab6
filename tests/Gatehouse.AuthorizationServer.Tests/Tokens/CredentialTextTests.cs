using System.Security.Cryptography;
using System.Text;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

public sealed class CredentialTextTests
{
    [Theory]
    [InlineData(CredentialText.CodePrefix, CredentialKind.AuthorizationCode)]
    [InlineData(CredentialText.RefreshPrefix, CredentialKind.RefreshToken)]
    [InlineData(CredentialText.AccessPrefix, CredentialKind.AccessToken)]
    public void Values_NameTheirKind_AndAreNeverPrinted(string prefix, CredentialKind kind)
    {
        var secret = CredentialText.New(prefix);
        var text = secret.Reveal().ToString();
        Assert.Matches($"^{prefix}[A-Za-z0-9_-]{{43}}$", text);
        Assert.Equal(kind, CredentialText.KindOf(text));
        Assert.NotEqual(text, CredentialText.New(prefix).Reveal().ToString());
        Assert.Equal(SHA256.HashData(Encoding.ASCII.GetBytes(text)), CredentialText.Digest(text));
        Assert.DoesNotContain(text, $"{secret}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("gha_")]
    [InlineData("ghx_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("gha_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("gha_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("gha_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("gha_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAé")]
    public void OtherTexts_AreNoCredentials(string text) => Assert.Null(CredentialText.KindOf(text));
}
