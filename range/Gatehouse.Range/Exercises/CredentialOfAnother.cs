using System.Text.Json;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Gatehouse.Upstreams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Range.Exercises;

/// <summary>A proxy keeps the token that it got for one person, and uses it for the next.</summary>
public sealed class CredentialOfAnother : Exercise
{
    /// <inheritdoc />
    public override string Id => "credential-of-another";

    /// <inheritdoc />
    public override string Title => "The credential of the person before";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP01", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-05", "B29"];

    /// <inheritdoc />
    public override string Protection => "stage forward, credentials kept by person, client, scopes and strength";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy exchanges the token of its caller for one of the server, which shows each person their own records. It keeps the new token under the name "
            + "of the server, to save requests.",
        "Alice works at the server. Mallory calls the same tool afterwards, with a token of Mallory, and reads Alice's records.",
        "Gatehouse keeps such a token for one person, with one client, the same scopes and the same strength of authentication. Mallory's call carries a "
            + "token of Mallory.",
        "With a source that keeps one token for each server, Mallory reads Alice's records.");

    internal override IReadOnlyList<IssuerSettings> IssuersFor(RangeFixture fixture) =>
        [new IssuerSettings { Issuer = fixture.Issuer.Name, Client = ClientFor(fixture) }];

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        string? kept = null;
        var server = await CanaryServer.StartAsync(fixture, overrides: (context, message) =>
        {
            kept ??= NaiveTokens.SubjectWithoutAudience(NaiveTokens.Of(context), fixture.Issuer);
            return AnswerAsync(fixture, context, message, kept);
        }).ConfigureAwait(false);
        return server.Url;
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(
            fixture, context => NaiveTokens.Claim(context.Request, "aud") == RangeIssuer.Exchanged,
            (context, message) => AnswerAsync(
                fixture, context, message, NaiveTokens.SubjectWithoutAudience(NaiveTokens.Of(context), fixture.Issuer))).ConfigureAwait(false);
        return Upstream.Http(server.Url) with
        {
            Http = new HttpUpstreamSettings
            {
                Url = server.Url,
                Issued = new IssuedCredentialSettings
                {
                    Kind = IssuedCredentialKind.TokenExchange,
                    Issuer = new IssuerSettings { Issuer = fixture.Issuer.Name },
                    Client = ClientFor(fixture),
                    Audience = RangeIssuer.Exchanged,
                },
            },
        };
    }

    internal override void ReplaceServices(IServiceCollection services) =>
        services.Around<IUpstreamCredentials>(static real => new SharedCredential(real));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var before = await ReadAsync(context, AttackContext.Victim).ConfigureAwait(false);
        if (!before.Holds(context.Canary.Secret)) return [new Attempt("the records of another person", false, $"the victim reads nothing: {before.Summary()}")];
        var reply = await ReadAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        var read = reply.Holds(context.Canary.Secret);
        return [new Attempt("the records of another person", read, read ? "the secret came back" : $"no secret: {reply.Summary()}")];
    }

    internal override async Task<bool> UseHonestlyAsync(AttackContext context) =>
        (await ReadAsync(context, AttackContext.Victim).ConfigureAwait(false)).Holds(context.Canary.Secret);

    private static async Task<RangeReply> ReadAsync(AttackContext context, string person)
    {
        var client = context.As(person);
        await client.InitializeAsync().ConfigureAwait(false);
        return await client.CallAsync("secret").ConfigureAwait(false);
    }

    private static IssuerClientSettings ClientFor(RangeFixture fixture) =>
        new() { Id = RangeIssuer.Client, Secret = fixture.SecretFile(RangeIssuer.ClientSecret) };

    // The records of the person in the token: those of the victim are the secret.
    private static async Task<bool> AnswerAsync(RangeFixture fixture, HttpContext context, JsonElement message, string? person)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("params", out var parameters)
            || !parameters.TryGetProperty("name", out var name) || name.GetString() != "secret") return false;
        await CanaryServer.WriteAsync(context, CanaryServer.Result(
            message.GetProperty("id"), person == AttackContext.Victim ? fixture.Canary.Secret : "no records")).ConfigureAwait(false);
        return true;
    }
}
