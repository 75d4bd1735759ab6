using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A provider of many tenants signs for all of them; one tenant's administrator names an account after another's user.</summary>
public sealed class TenantConfusion : TokenExercise
{
    private const string Tenant = "11111111-1111-4111-8111-111111111111";
    private const string AttackersTenant = "66666666-6666-4666-8666-666666666666";
    private const string Person = "22222222-2222-4222-8222-222222222222";
    private const string Application = "33333333-3333-4333-8333-333333333333";

    /// <inheritdoc />
    public override string Id => "tenant-confusion";

    /// <inheritdoc />
    public override string Title => "Token of another tenant";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP07", "MCP01"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-03", "A06"];

    /// <inheritdoc />
    public override string Protection => "stage authenticate, list of tenants; issuer, tid and key agree";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server trusts a provider with many tenants by its key, and identifies persons by their sign-in name.",
        "The attacker is the administrator of another tenant, and creates an account there with the user's name. The provider signs its token in "
            + "good faith.",
        "Gatehouse accepts only tokens of the listed tenants. The issuer, the tenant and the key must match, and it identifies a person by the "
            + "object id and the tenant.",
        "With a check of only the signature and the sign-in name, the attacker reads the secret again.");

    internal override string? Recognise(string? token, RangeIssuer issuer) =>
        NaiveTokens.PreferredName(token, issuer) ?? NaiveTokens.SubjectWithoutAudience(token, issuer);

    internal override IReadOnlyList<IssuerSettings> IssuersFor(RangeFixture fixture) =>
        [new IssuerSettings { Issuer = fixture.Issuer.OfTenant("{tenantid}"), Profile = IssuerProfileName.Entra, Tenants = [Tenant] }];

    internal override IReadOnlyList<PolicyRule> Rules =>
        [new PolicyRule { Id = "people", Who = new WhoClause { Subjects = new NameSet([$"{Person}@{Tenant}", AttackContext.Victim]) } }];

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        await base.StartBehindGatewayAsync(fixture).ConfigureAwait(false) with { Audiences = [Application] };

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.Authenticate, new NaiveAuthenticate(fixture.Issuer, token => Recognise(token, fixture.Issuer)));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var mixed = Claims(context.Issuer, AttackersTenant);
        mixed["tid"] = Tenant;
        return
        [
            await ReadSecretAsync(context, "namesake of another tenant",
                context.Issuer.Issue("JWT", Claims(context.Issuer, AttackersTenant))).ConfigureAwait(false),
            await ReadSecretAsync(context, "another tenant's issuer with the right tid", context.Issuer.Issue("JWT", mixed)).ConfigureAwait(false),
        ];
    }

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = context.With(context.Issuer.Issue("JWT", Claims(context.Issuer, Tenant)));
        await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync("echo", new { text = "fine" }).ConfigureAwait(false);
        return reply.Result(client.LastId) is not null && reply.Holds("fine");
    }

    private static Dictionary<string, object> Claims(RangeIssuer issuer, string tenant)
    {
        var claims = issuer.Claims("pairwise", Application);
        claims["iss"] = issuer.OfTenant(tenant);
        claims["tid"] = tenant;
        claims["oid"] = Person;
        claims["ver"] = "2.0";
        claims["azp"] = "44444444-4444-4444-8444-444444444444";
        claims["scp"] = "Mcp.Call";
        claims["preferred_username"] = AttackContext.Victim;
        return claims;
    }
}
