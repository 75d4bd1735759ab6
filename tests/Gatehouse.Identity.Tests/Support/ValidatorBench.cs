using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Support;

/// <summary>A validator with one issuer, one key of each family, and a clock that stands still.</summary>
internal sealed class ValidatorBench
{
    public const string Issuer = "https://login.example/tenant";
    public const string Resource = "https://gateway.example/mcp";

    public ValidatorBench(Func<IssuerProfile, IssuerProfile>? change = null, VerifiedTokenCache? cache = null)
    {
        Keys = new FakeIssuerKeys(TestKeySet.Of(Es256, Rs256, Es384));
        var profile = new IssuerProfile { Issuer = Issuer };
        TrustedIssuer = new TrustedIssuer(change is null ? profile : change(profile), Keys);
        Cache = cache ?? new VerifiedTokenCache();
        Revocations = new InMemoryRevocationList(Clock);
        Validator = new TokenValidator([TrustedIssuer], Revocations, Cache, Clock);
    }

    public static TestKey Es256 { get; } = TestKey.Es256("es-1");

    public static TestKey Es384 { get; } = TestKey.Es384("es-3");

    public static TestKey Rs256 { get; } = TestKey.Rs256("rs-1");

    public ManualTimeProvider Clock { get; } = new();

    public FakeIssuerKeys Keys { get; }

    public TrustedIssuer TrustedIssuer { get; }

    public VerifiedTokenCache Cache { get; }

    public InMemoryRevocationList Revocations { get; }

    public TokenValidator Validator { get; }

    public TokenDraft Draft(TestKey? key = null) => new(key ?? Es256, Issuer, Resource, Clock.GetUtcNow());

    public Task<TokenResult> ValidateAsync(TokenDraft draft) => ValidateAsync(draft.Write());

    public async Task<TokenResult> ValidateAsync(string token, string resource = Resource) =>
        await Validator.ValidateAsync(new AccessTokenValue(token), resource, TestContext.Current.CancellationToken);
}
