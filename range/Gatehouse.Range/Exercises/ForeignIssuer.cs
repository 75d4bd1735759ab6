using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A partner's provider is trusted too; its administrator gives an account of his own the name of somebody else's user.</summary>
public sealed class ForeignIssuer : TokenExercise
{
    /// <inheritdoc />
    public override string Id => "foreign-issuer";

    /// <inheritdoc />
    public override string Title => "Token of another trusted issuer";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP07", "MCP01"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-05", "A06"];

    /// <inheritdoc />
    public override string Protection => "stage authenticate, issuers of the server";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server trusts two providers, its own and a partner's. It identifies persons by the subject of their tokens.",
        "The attacker is the administrator of the partner's provider. The provider signs, in good faith, a token for an account with the user's "
            + "name and the audience of this server.",
        "The configuration names the issuers whose callers may use the server. Gatehouse refuses a token of another issuer as an unknown token.",
        "With a check of only the signature and the subject, the attacker reads the secret again.");

    internal override string? Recognise(string? token, RangeIssuer issuer) => NaiveTokens.SubjectWithoutAudience(token, issuer);

    internal override IReadOnlyList<IssuerSettings> IssuersFor(RangeFixture fixture) =>
        [.. base.IssuersFor(fixture),
            new IssuerSettings { Issuer = fixture.Issuer.Partner, Metadata = new Uri(fixture.Issuer.Partner + "/metadata") }];

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        await base.StartBehindGatewayAsync(fixture).ConfigureAwait(false) with { Issuers = [fixture.Issuer.Name] };

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.Authenticate, new NaiveAuthenticate(fixture.Issuer, token => Recognise(token, fixture.Issuer)));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await ReadSecretAsync(context, "namesake at the partner's",
            context.Issuer.Mint(AttackContext.Victim, context.Resource, claims => claims["iss"] = context.Issuer.Partner)).ConfigureAwait(false),
    ];
}
