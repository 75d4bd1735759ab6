using System.Reflection;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Tests.Bearer;

public sealed class BearerCredentialTests
{
    [Fact]
    public void Missing_WhenThereIsNoHeader()
    {
        Assert.Equal(BearerOutcome.Missing, BearerCredential.TryParse([], out var token));
        Assert.True(token.IsEmpty);
        Assert.Equal(BearerOutcome.Missing, BearerCredential.TryParse([""], out _));
        Assert.Equal(BearerOutcome.Missing, BearerCredential.TryParse([null], out _));
    }

    [Theory]
    [InlineData("Bearer abc.def.ghi")]
    [InlineData("bearer abc")]
    [InlineData("BEARER    abc")]
    [InlineData("Bearer aZ09-._~+/==")]
    public void Present_WhenTheHeaderHoldsOneBearerToken(string value)
    {
        Assert.Equal(BearerOutcome.Present, BearerCredential.TryParse([value], out var token));
        Assert.False(token.IsEmpty);
    }

    [Theory]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("DPoP abc")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer   ")]
    [InlineData("Bearerabc")]
    [InlineData(" Bearer abc")]
    [InlineData("Bearer\tabc")]
    [InlineData("Bearer abc def")]
    [InlineData("Bearer abc,Bearer def")]
    [InlineData("Bearer abc\r\nX: y")]
    [InlineData("Bearer abc=def")]
    [InlineData("Bearer ==")]
    [InlineData("Bearer \"abc\"")]
    [InlineData("Bearer äbc")]
    [InlineData("abc.def.ghi")]
    public void Malformed_WhenTheHeaderHoldsAnythingElse(string value)
    {
        Assert.Equal(BearerOutcome.Malformed, BearerCredential.TryParse([value], out var token));
        Assert.True(token.IsEmpty);
    }

    [Fact]
    public void Malformed_WhenTheHeaderOccursTwice() =>
        Assert.Equal(BearerOutcome.Malformed, BearerCredential.TryParse(["Bearer abc", "Bearer abc"], out _));

    [Fact]
    public void TooLarge_JustAboveTheLimit()
    {
        Assert.Equal(BearerOutcome.Present, BearerCredential.TryParse("Bearer " + new string('a', BearerCredential.MaxTokenLength), out _));
        Assert.Equal(BearerOutcome.TooLarge, BearerCredential.TryParse("Bearer " + new string('a', BearerCredential.MaxTokenLength + 1), out _));
    }

    [Fact]
    public void MapsEveryOutcomeWithoutATokenToItsRefusal()
    {
        Assert.Equal(TokenRefusal.Missing, BearerCredential.ToRefusal(BearerOutcome.Missing));
        Assert.Equal(TokenRefusal.Malformed, BearerCredential.ToRefusal(BearerOutcome.Malformed));
        Assert.Equal(TokenRefusal.TooLarge, BearerCredential.ToRefusal(BearerOutcome.TooLarge));
        Assert.Throws<ArgumentOutOfRangeException>(() => BearerCredential.ToRefusal(BearerOutcome.Present));
    }

    [Fact]
    public void NeverPrintsAToken()
    {
        const string Text = "header.claims.signature";
        var token = new AccessTokenValue(Text);
        Assert.DoesNotContain(Text, $"{token} {JsonSerializer.Serialize(token)}", StringComparison.Ordinal);
    }

    [Fact]
    public void OffersNoPublicMemberThatGivesTheTokenBack()
    {
        const BindingFlags Reach = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var members = typeof(AccessTokenValue).GetMembers(Reach).Where(member => member is not ConstructorInfo).Select(member => member.Name);
        Assert.Equal(["IsEmpty", "ToString", "get_IsEmpty"], members.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void OffersNoPublicMemberAnywhereThatTurnsATokenIntoText()
    {
        var givers = from type in typeof(AccessTokenValue).Assembly.GetExportedTypes()
                     from method in type.GetMethods()
                     where method.GetParameters().Any(parameter => parameter.ParameterType == typeof(AccessTokenValue))
                     where method.ReturnType != typeof(ValueTask<TokenResult>)
                     select $"{type.Name}.{method.Name}";
        Assert.Empty(givers);
    }
}
