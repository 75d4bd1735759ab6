using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Development;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy.Decisions;
using Gatehouse.Protocol;
using Gatehouse.Settings;

namespace Gatehouse.Bench.Micro;

/// <summary>Calls of named callers, as they are when the limits see them.</summary>
internal static class Callers
{
    private const string Origin = "http://127.0.0.1:8080";
    private static readonly DevelopmentIssuer Issuer = new(Origin + "/dev-issuer", TimeProvider.System);
    private static readonly TokenValidator Validator =
        new([Issuer.TrustedIssuer], new InMemoryRevocationList(TimeProvider.System), new VerifiedTokenCache(), TimeProvider.System);

    public static Exchange Exchange(IReadOnlyList<LimitRule> rules, string subject, int places = 256)
    {
        var server = new ServerSettings { Name = "bench", Path = "/mcp/bench", Concurrency = places, QueueWait = TimeSpan.FromMinutes(1) };
        var settings = new GatewaySettings
        {
            PublicUrl = new Uri(Origin),
            Listen = new ListenSettings(),
            Servers = [server],
            StateDirectory = "/nowhere",
            LimitRules = rules,
        };
        var message = Messages.Validate(Messages.Call);
        var exchange = new Exchange(new GatewaySnapshot(1, settings, new PolicyDecisionPoint([])), NoRequestHead.Instance, null, TimeProvider.System)
        {
            Server = server,
            Message = message,
            Caller = Named(subject),
        };
        exchange.Record.Name = "r200";
        exchange.Record.BytesIn = message.Bytes.Length;
        return exchange;
    }

    private static VerifiedToken Named(string subject)
    {
        var token = new AccessTokenValue(Issuer.Mint(new DevelopmentGrant { Subject = subject, Audience = Origin + "/mcp/bench" }).Reveal()
            .ToString());
        return Validator.ValidateAsync(token, Origin + "/mcp/bench", CancellationToken.None).AsTask().GetAwaiter().GetResult().Token
            ?? throw new InvalidOperationException("the token is refused");
    }
}
