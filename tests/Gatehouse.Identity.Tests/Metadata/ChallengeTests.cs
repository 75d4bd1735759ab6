using Gatehouse.Identity.Metadata;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Tests.Metadata;

public sealed class ChallengeTests
{
    private const string Url = "https://gateway.example/.well-known/oauth-protected-resource/mcp";

    [Fact]
    public void NamesNoErrorWhenThereIsNoToken() =>
        Assert.Equal($"Bearer resource_metadata=\"{Url}\"", Challenge.ForMissingToken(Url));

    [Fact]
    public void NamesTheScopesThatTheRequestNeeds() =>
        Assert.Equal($"Bearer scope=\"mcp:read\", resource_metadata=\"{Url}\"", Challenge.ForMissingToken(Url, ["mcp:read"]));

    [Fact]
    public void IsTheSameForEveryCauseOfABadToken()
    {
        var challenges = Enum.GetValues<TokenRefusal>().Where(refusal => refusal != TokenRefusal.Missing)
            .Select(refusal => Challenge.For(refusal, Url)).Distinct();
        Assert.Equal($"Bearer error=\"invalid_token\", error_description=\"{Challenge.InvalidTokenDescription}\", resource_metadata=\"{Url}\"",
            Assert.Single(challenges));
        Assert.Equal(Challenge.ForMissingToken(Url), Challenge.For(TokenRefusal.Missing, Url));
    }

    [Fact]
    [Trait("Requirement", "A18")]
    public void NamesAllRequiredScopesOnceInOneOrder()
    {
        var challenge = Challenge.ForInsufficientScope(Url, ["mcp:tools", "mcp:admin", "mcp:tools", "offline_access"]);
        Assert.Equal($"Bearer error=\"insufficient_scope\", scope=\"mcp:admin mcp:tools\", resource_metadata=\"{Url}\"", challenge);
        Assert.Equal(challenge, Challenge.ForInsufficientScope(Url, ["mcp:admin", "mcp:tools"]));
    }

    [Fact]
    public void EscapesQuotesAndBackslashes() =>
        Assert.Equal("Bearer resource_metadata=\"https://h/\\\"\\\\\"", Challenge.ForMissingToken("https://h/\"\\"));

    [Theory]
    [InlineData("https://h/\r\nSet-Cookie: a=b")]
    [InlineData("https://h/\u00e9")]
    [InlineData("https://h/\0")]
    public void Refuses_CharactersThatCouldSplitTheHeader(string url) =>
        Assert.Throws<ArgumentException>(() => Challenge.ForMissingToken(url));

    [Theory]
    [InlineData("two words")]
    [InlineData("quote\"")]
    [InlineData("back\\slash")]
    [InlineData("")]
    [InlineData("é")]
    public void Refuses_AScopeOutsideTheGrammar(string scope) =>
        Assert.Throws<ArgumentException>(() => Challenge.ForInsufficientScope(Url, [scope]));
}
