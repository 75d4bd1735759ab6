using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Tests.Tokens;

public sealed class ForgedTokenTests
{
    public static TheoryData<string> Rows => new(ForgedTokens.All.Select(row => row.ToString()));

    [Theory]
    [Trait("Requirement", "A06")]
    [Trait("Requirement", "A07")]
    [Trait("Requirement", "A08")]
    [Trait("Requirement", "A20")]
    [MemberData(nameof(Rows))]
    public async Task Refuses_TheForgedTokenAndAcceptsItsGoodTwin(string row)
    {
        var forged = Assert.Single(ForgedTokens.All, candidate => candidate.ToString() == row);
        var bench = new ValidatorBench(profile => profile with
        {
            AcceptedTypes = forged.AcceptsPlainJwt ? AccessTokenTypes.Rfc9068OrJwt : AccessTokenTypes.Rfc9068Only,
        });

        var twin = await bench.ValidateAsync(bench.Draft(forged.Key));
        Assert.True(twin.IsVerified, $"the good twin was refused: {twin.Refusal}");

        var draft = bench.Draft(forged.Key);
        forged.Change(draft);
        var result = await bench.ValidateAsync(draft);
        Assert.Equal(forged.Expected, result.Refusal);
        Assert.Equal(forged.Expected is null, result.IsVerified);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task AnswersARepeatedTokenAsTheFirstTime(string row)
    {
        var forged = Assert.Single(ForgedTokens.All, candidate => candidate.ToString() == row);
        var bench = new ValidatorBench(profile => profile with
        {
            AcceptedTypes = forged.AcceptsPlainJwt ? AccessTokenTypes.Rfc9068OrJwt : AccessTokenTypes.Rfc9068Only,
        });
        var draft = bench.Draft(forged.Key);
        forged.Change(draft);
        var token = draft.Write();

        Assert.Equal((await bench.ValidateAsync(token)).Refusal, (await bench.ValidateAsync(token)).Refusal);
    }

    [Fact]
    public void Covers_EverySectionOfRfc8725AndEveryRefusalOfAToken()
    {
        var sources = string.Join(' ', ForgedTokens.All.Select(row => row.Source));
        Assert.All(Enumerable.Range(1, 9), section => Assert.Contains($"§2.{section}", sources, StringComparison.Ordinal));
        Assert.All(Enumerable.Range(1, 12), section => Assert.Contains($"§3.{section}", sources, StringComparison.Ordinal));

        // What depends on the use or on the kind of issuer is shown beside the parts that judge it.
        TokenRefusal[] shownElsewhere =
            [TokenRefusal.Missing, TokenRefusal.KeysUnavailable, TokenRefusal.Revoked,
                .. Enum.GetValues<TokenRefusal>().Where(refusal => refusal >= TokenRefusal.TenantMismatch)];
        Assert.Equal(
            Enum.GetValues<TokenRefusal>().Except(shownElsewhere).Order(),
            ForgedTokens.All.Where(row => row.Expected is not null).Select(row => row.Expected!.Value).Distinct().Order());
    }
}
