using System.Buffers.Text;
using System.Text;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Identity.Tests.Tokens;

/// <summary>
/// What this validator accepts, another accepts too: the <see cref="JsonWebTokenHandler"/> of Microsoft, told the same issuer, audience, keys,
/// algorithms and types. It refuses less in places, so only this direction is asked.
/// </summary>
[Trait("Requirement", "ID-03")]
public sealed class TokenAgreementTests
{
    // RFC 3986 section 6.2.2.1: the case of scheme and host does not count. The other validator compares letters.
    private const string ComparedByUri = "audience with upper-case scheme and host";

    // RFC 7515 section 4.1.9: the case of a media type does not count. By itself the other validator compares letters here too.
    private static readonly string[] Types = ["at+jwt", "application/at+jwt"];

    private static readonly int Cases = TestSize.Of(300, 3000, 30000);

    private static readonly ForgedToken[] Harmless = [.. ForgedTokens.All.Where(row => row.Expected is null && row.Name != ComparedByUri)];

    [Fact]
    public async Task TokensWithAHarmlessChangeAndAnother_AreAcceptedByBothIfByThisOne()
    {
        var accepted = 0;
        foreach (var harmless in Harmless)
        {
            foreach (var other in ForgedTokens.All)
            {
                if (other.Name == ComparedByUri) continue;
                accepted += await AgreesAsync(harmless.AcceptsPlainJwt || other.AcceptsPlainJwt, bench =>
                {
                    var draft = bench.Draft(other.Key ?? harmless.Key);
                    harmless.Change(draft);
                    other.Change(draft);
                    return draft.Write();
                }) ? 1 : 0;
            }
        }

        Assert.InRange(accepted, Harmless.Length * Harmless.Length / 2, Harmless.Length * ForgedTokens.All.Count / 2);
    }

    [Fact]
    public async Task TokensWithAChangedLetterOrByte_AreAcceptedByBothIfByThisOne()
    {
        var dice = new Dice(7519);
        var keys = new[] { ValidatorBench.Es256, ValidatorBench.Es384, ValidatorBench.Rs256 };
        var accepted = 0;
        for (var at = 0; at < Cases; at++)
        {
            accepted += await AgreesAsync(dice.OneIn(2), bench =>
            {
                var draft = bench.Draft(dice.Pick(keys));
                if (dice.OneIn(3)) draft.RawHeader = Changed(dice, draft.Header.ToJsonString());
                if (dice.OneIn(3)) draft.RawClaims = Changed(dice, draft.Claims.ToJsonString());
                if (dice.OneIn(4)) draft.Afterwards = token => Changed(dice, token);
                return draft.Write();
            }) ? 1 : 0;
        }

        Assert.InRange(accepted, Cases / 10, Cases * 9 / 10);
    }

    private static async Task<bool> AgreesAsync(bool acceptsPlainJwt, Func<ValidatorBench, string> write)
    {
        var bench = new ValidatorBench(profile => profile with
        {
            AcceptedTypes = acceptsPlainJwt ? AccessTokenTypes.Rfc9068OrJwt : AccessTokenTypes.Rfc9068Only,
        });
        bench.Clock.Advance(DateTimeOffset.UtcNow - bench.Clock.GetUtcNow()); // the other one reads the clock of the machine
        var token = write(bench);
        if (!(await bench.ValidateAsync(token)).IsVerified) return false;
        var theirs = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = ValidatorBench.Issuer,
            ValidAudience = ValidatorBench.Resource,
            IssuerSigningKeys = Keys,
            ValidAlgorithms = ["ES256", "ES384", "RS256"],
            ValidTypes = acceptsPlainJwt ? [.. Types, "JWT"] : Types,
            TypeValidator = static (type, _, parameters) => parameters.ValidTypes.Contains(type, StringComparer.OrdinalIgnoreCase)
                ? type : throw new SecurityTokenInvalidTypeException(type),
            ClockSkew = TimeSpan.FromSeconds(90), // half a minute more: time passes between the two
        });
        Assert.True(theirs.IsValid, $"accepted here and refused there ({theirs.Exception?.Message}): {Readable(token)}");
        return true;
    }

    private static IList<SecurityKey> Keys { get; } = Microsoft.IdentityModel.Tokens.JsonWebKeySet.Create(
        Encoding.UTF8.GetString(TestKeySet.Document(ValidatorBench.Es256, ValidatorBench.Rs256, ValidatorBench.Es384))).GetSigningKeys();

    // One letter of the alphabet of JSON and base64url put in, taken away or changed.
    private static string Changed(Dice dice, string text)
    {
        var at = dice.Next(text.Length);
        var letter = dice.Pick("\"{}[]:,.\\ 0aA-_=+u\n".ToCharArray());
        return dice.Next(3) switch
        {
            0 => text.Insert(at, letter.ToString()),
            1 => text.Remove(at, 1),
            _ => text.Remove(at, 1).Insert(at, letter.ToString()),
        };
    }

    private static string Readable(string token) =>
        string.Join('.', token.Split('.')[..2].Select(static part =>
            Base64Url.IsValid(part) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part)) : part));
}
