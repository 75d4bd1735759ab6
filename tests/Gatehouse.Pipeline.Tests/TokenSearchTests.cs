using System.Globalization;
using System.Text;
using Gatehouse.Pipeline.MisplacedTokens;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Tests;

/// <summary>The search for access tokens in messages: what it finds, in which forms, and what it leaves.</summary>
[Trait("Requirement", "ID-05")]
public sealed class TokenSearchTests
{
    private const string Random43 = "0123456789-ABCDEFGHIJKLMNOPQRST_abcdefghijk";
    private const string Opaque = "gha_" + Random43;

    private static readonly string Jwt = MakeJwt("https://elsewhere.example");

    private static readonly GatewaySettings Settings = new()
    {
        PublicUrl = new Uri("https://gateway.example"),
        Listen = new ListenSettings { Url = new Uri("http://127.0.0.1:1") },
        Servers = [],
        Rules = [],
        StateDirectory = "/nowhere",
        Issuers =
        [
            new IssuerSettings { Issuer = "https://login.example/{tenantid}/v2.0", Profile = IssuerProfileName.Entra, Tenants = ["t-1"] },
            new IssuerSettings { Issuer = "https://fs.example/adfs", Profile = IssuerProfileName.AdFs },
            new IssuerSettings { Issuer = "https://plain.example" },
        ],
        AuthorizationServer = new AuthorizationServerSettings
        {
            Providers =
            [
                new SignInProviderSettings { Name = "corp", Issuer = "https://people.example", ClientId = "gatehouse" },
                new SignInProviderSettings
                {
                    Name = "entra", Issuer = "https://login.example/t-3/v2.0", ClientId = "gatehouse", Profile = IssuerProfileName.Entra,
                },
                new SignInProviderSettings
                {
                    Name = "adfs", Issuer = "https://fs.people.example/adfs", ClientId = "gatehouse", Profile = IssuerProfileName.AdFs,
                },
            ],
        },
    };

    public static TheoryData<string> Forms => new(EveryForm("TOKEN").Select(form => form.Name));

    [Theory]
    [InlineData("gha_"), InlineData("ghr_"), InlineData("ghc_")]
    public void EachKindOfValueOfTheGateway_IsFound(string prefix) =>
        Assert.Equal(MisplacedTokenKind.Own, Find($"{{\"a\":\"see {prefix}{Random43}, please\"}}"));

    [Theory]
    [InlineData("gha_" + Random43 + "x")]   // one character more
    [InlineData("xgha_" + Random43)]        // a part of another word
    [InlineData("ghp_" + Random43)]         // another service's key
    [InlineData("gha_0123")]
    [InlineData("gha_" + "0123456789.ABCDEFGHIJKLMNOPQRST_abcdefghijk")]
    [InlineData("tokens begin with gha_, ghr_ or ghc_ and have 43 characters of base64url after the prefix")]
    public void AnotherText_IsLeft(string text) => Assert.Equal(MisplacedTokenKind.None, Find($"{{\"a\":\"{text}\"}}"));

    [Theory]
    [MemberData(nameof(Forms))]
    public void ThePresentedToken_IsFoundInEachForm(string form)
    {
        foreach (var token in new[] { Jwt, "opaque.of-another/issuer+0123456789==", Opaque })
        {
            var text = EveryForm(token).Single(each => each.Name == form).Text;
            Assert.NotEqual(MisplacedTokenKind.None, Find($"{{\"params\":{{\"arguments\":{{\"a\":\"{text}\"}}}}}}", token));
            Assert.NotEqual(MisplacedTokenKind.None, Find($"{{\"params\":{{\"_meta\":{{\"{text}\":1}}}}}}", token));
            Assert.NotEqual(MisplacedTokenKind.None, Find(text, token));
            Assert.Equal(MisplacedTokenKind.None, Find(text, MakeJwt("https://elsewhere.example", "other")) & MisplacedTokenKind.Presented);
        }
    }

    [Fact]
    public void ATokenAtEachPositionOfATextOfAnyLength_IsFound()
    {
        for (var before = 0; before < 120; before++)
        {
            var text = string.Concat(Enumerable.Repeat("ab cdefg ", 20))[..before] + " " + Opaque + " " + new string('z', before);
            Assert.Equal(MisplacedTokenKind.Own, Find(text));
            Assert.Equal(MisplacedTokenKind.Presented, Find("gh" + text.Replace(Opaque, Jwt, StringComparison.Ordinal), Jwt));
        }
    }

    [Fact]
    public void AnotherTokenOfTheSameIssuer_IsNotThePresentedOne() =>
        Assert.Equal(MisplacedTokenKind.None, Find(MakeJwt("https://elsewhere.example", "other"), Jwt));

    [Fact]
    public void TheSignatureOfThePresentedToken_IsFoundWithoutItsClaims() =>
        Assert.Equal(MisplacedTokenKind.Presented, Find(Jwt.Split('.')[2], Jwt));

    [Theory]
    [InlineData("https://plain.example", true), InlineData("https://login.example/t-1/v2.0", true), InlineData("https://gateway.example", true),
        InlineData("http://fs.example/adfs/services/trust", true), InlineData("https://gateway.example/dev-issuer", true)]
    [InlineData("https://people.example", true), InlineData("https://login.example/t-3/v2.0", true), InlineData("https://sts.windows.net/t-3/", true),
        InlineData("http://fs.people.example/adfs/services/trust", true), InlineData("https://sts.windows.net/t-1/", true)]
    [InlineData("https://sts.windows.net/t-2/", false), InlineData("http://people.example/adfs/services/trust", false)]
    [InlineData("https://login.example/t-2/v2.0", false), InlineData("https://gateway.example.evil", false),
        InlineData("https://elsewhere.example", false)]
    public void AJwt_IsFoundByItsIssuer(string issuer, bool found)
    {
        var expected = found ? MisplacedTokenKind.Trusted : MisplacedTokenKind.None;
        Assert.Equal(expected, Find($"{{\"a\":\"Bearer {MakeJwt(issuer)}\"}}"));
        Assert.Equal(expected, Find($"{{\"a\":\"eyJ.eyJ.{MakeJwt(issuer)}\"}}"));
        Assert.Equal(expected, Find($"{{\"a\":\"https://a.example/?t%3D{MakeJwt(issuer)}\"}}"));
    }

    [Theory]
    [InlineData("eyJ."), InlineData("eyJ"), InlineData("gh"), InlineData("gha_"), InlineData("%67"), InlineData("\\\\u0067"), InlineData("%25"),
        InlineData("eyJhbGciOiJub25lIn0.eyJpc3MiOiJhIn0.")]
    public void ATextThatOnlyLooksLikeTokens_CostsTimeInProportionToItsLength(string part)
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(part, 1_000_000 / part.Length)));
        var small = Steps(text.AsSpan(0, text.Length / 8));
        var large = Steps(text);
        Assert.True(large < (small + TimeSpan.FromMilliseconds(30)) * 40, $"{small} for an eighth, {large} for all");
    }

    [Fact]
    public void AMessageWithoutToken_CostsNoAllocation()
    {
        var message = Encoding.UTF8.GetBytes(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"arguments\":{\"text\":"
            + "\"a text of some length, with words\\nand 0123456789012345678901234567890123456789012345678901234567890123456789\"}}}");
        for (var i = 0; i < 100; i++) new TokenSearch(Jwt, Settings).Find(message, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) new TokenSearch(Jwt, Settings).Find(message, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static TimeSpan Steps(ReadOnlySpan<byte> text)
    {
        var started = TimeProvider.System.GetTimestamp();
        new TokenSearch(Jwt, Settings).Find(text, out _);
        return TimeProvider.System.GetElapsedTime(started);
    }

    private static MisplacedTokenKind Find(string text, string presented = "") =>
        new TokenSearch(presented, Settings).Find(Encoding.UTF8.GetBytes(text), out _);

    private static IEnumerable<(string Name, string Text)> EveryForm(string token)
    {
        yield return ("plain", token);
        yield return ("in a sentence", "use " + token + " now");
        yield return ("in a URL", "https://a.example/?access_token=" + token + "&b=1");
        yield return ("after a line break", "token\\n" + token);
        yield return ("in JSON in a text", "{\\\"token\\\":\\\"" + token + "\\\"}");
        yield return ("JSON escapes", Escaped(token, "\\u", "x4", 1));
        yield return ("some JSON escapes", Escaped(token, "\\u", "X4", 5));
        yield return ("percent", Escaped(token, "%", "x2", 1));
        yield return ("some percent", Escaped(token, "%", "X2", 3));
        yield return ("percent twice", Escaped(token, "%25", "x2", 1));
        yield return ("JSON escapes in JSON in a text", Escaped(token, "\\\\u", "x4", 1));
        for (var shift = 0; shift < 3; shift++)
        {
            var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes("::"[..Math.Min(shift, 2)] + token));
            yield return ($"base64 {shift}", base64);
            yield return ($"base64url {shift}", base64.TrimEnd('=').Replace('+', '-').Replace('/', '_'));
            yield return ($"base64 {shift}, slashes escaped", base64.Replace("/", "\\/", StringComparison.Ordinal));
        }
    }

    // Every nth character is escaped.
    private static string Escaped(string token, string mark, string format, int nth) => string.Concat(
        token.Select((c, i) => i % nth == 0 ? mark + ((int)c).ToString(format, CultureInfo.InvariantCulture) : c.ToString()));

    private static string MakeJwt(string issuer, string seed = "seed")
    {
        var claims = $"{{\"sub\":\"a\",\"iss\":\"{issuer.Replace("/", "\\/", StringComparison.Ordinal)}\",\"aud\":\"x\"}}";
        var signature = System.Security.Cryptography.SHA512.HashData(Encoding.UTF8.GetBytes(seed));
        return $"{Part("{\"alg\":\"ES256\"}"u8.ToArray())}.{Part(Encoding.UTF8.GetBytes(claims))}.{Part(signature)}";
    }

    private static string Part(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
