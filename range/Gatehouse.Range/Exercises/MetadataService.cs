using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>The address of a server, of an issuer and of a vault lead to the metadata service of the machine.</summary>
public sealed class MetadataService : Exercise
{
    private const string Suffix = "/weather";
    private const string KeyId = "mallory-1";

    /// <inheritdoc />
    public override string Id => "metadata-service";

    /// <inheritdoc />
    public override string Title => "Addresses that lead to the metadata service of the machine (SSRF)";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP01"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-09", "E03"];

    /// <inheritdoc />
    public override string Protection => "stage forward and every other outgoing connection, no URL leads to link-local addresses";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A gateway in a cloud has a managed identity. The metadata service at 169.254.169.254 gives tokens of it to every process of the machine.",
        "Mallory controls the name of a server, of a trusted issuer and of a vault, and lets it lead to 169.254.169.254. The gateway connects there for "
            + "Mallory, and the answer or its effect is Mallory's.",
        "Gatehouse judges the address that a name has, at every connection. Link-local addresses are refused for every URL of the configuration, of "
            + "metadata and of answers. Only the client for managed identities may connect there, and no URL has its trust.",
        "With a name service that keeps the address from the rule, all three reach the service again.");

    internal override PartReplacements Surroundings(RangeFixture fixture) => PartReplacements.None.Put(PartNames.NameResolver, new AttackerNames());

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(PartNames.NameResolver, new UnjudgedNames());

    internal override GatewaySettings ConfigureFor(RangeFixture fixture, GatewaySettings settings)
    {
        var first = settings.Servers[0];
        var weather = first.Http! with { Url = new Uri(Address("http", fixture.Inside!) + "/mcp") };
        return settings with
        {
            Servers = [first, first with { Name = "weather", Path = first.Path + Suffix, Http = weather }],
            Issuers = [.. settings.Issuers, new IssuerSettings { Issuer = Address("https", fixture.Inside!) }],
            Vaults = [new VaultSettings { Name = "main", Url = new Uri(Address("https", fixture.Inside!)) }],
        };
    }

    // From now on the credential of the first server is in the vault.
    internal override IReadOnlyList<ServerSettings> ServersAfterwards(IReadOnlyList<ServerSettings> servers)
    {
        var credential = new CredentialSettings("X-Key", new SecretReference(SecretReference.KeyVault, "main/weather-key"), "");
        return [servers[0] with { Http = servers[0].Http! with { Credential = credential } }, .. servers.Skip(1)];
    }

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var service = fixture.Inside = Doorbell.Start(fixture);
        fixture.ReloadAsync = () => ConnectAsync(service);
        var server = await CanaryServer.StartAsync(fixture, overrides: async (context, _) =>
        {
            if (!IsForMallory(context, service)) return false;
            await ConnectAsync(service).ConfigureAwait(false);
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            return true;
        }).ConfigureAwait(false);
        return server.Url;
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        fixture.Inside = Doorbell.Start(fixture);
        return Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url);
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var weather = context with { Endpoint = new Uri(context.Endpoint.AbsoluteUri + Suffix), Resource = context.Resource + Suffix };
        var claims = context.Issuer.Claims(AttackContext.Attacker, context.Resource);
        claims["iss"] = Address("https", context.Inside!);
        var foreign = RangeIssuer.Sign(new { alg = "ES256", typ = "at+jwt", kid = KeyId }, claims, static _ => new byte[64]);
        return
        [
            await TryAsync(context, "the name of a server", () => weather.As(AttackContext.Attacker).InitializeAsync()).ConfigureAwait(false),
            await TryAsync(context, "the name of an issuer, whose keys are fetched for a token", () => context.With(foreign).InitializeAsync())
                .ConfigureAwait(false),
            await TryAsync(context, "the name of a vault, which is read for a credential", context.ReloadAsync).ConfigureAwait(false),
        ];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    private static async Task<Attempt> TryAsync(AttackContext context, string name, Func<Task> act)
    {
        var before = context.Inside!.Rings;
        await act().ConfigureAwait(false);
        var isReached = context.Inside.Rings > before;
        return new Attempt(name, isReached, isReached ? "the metadata service was reached" : "the metadata service was not reached");
    }

    // The naive gateway takes what the name service says, and waits for an answer.
    private static async Task ConnectAsync(Doorbell service)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, service.Port).ConfigureAwait(false);
        var stream = client.GetStream();
        await stream.WriteAsync("GET /metadata/identity/oauth2/token HTTP/1.1\r\nHost: 169.254.169.254\r\nMetadata: true\r\n\r\n"u8.ToArray()).ConfigureAwait(false);
        _ = await stream.ReadAsync(new byte[1]).ConfigureAwait(false);
    }

    private static bool IsForMallory(HttpContext context, Doorbell service)
    {
        if (context.Request.Path.Value!.EndsWith(Suffix, StringComparison.Ordinal)) return true;
        if (NaiveTokens.Of(context)?.Split('.') is not [_, var claims, _]) return false;
        return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(claims)).Contains(Address("https", service), StringComparison.Ordinal);
    }

    private static string Address(string scheme, Doorbell service) =>
        $"{scheme}://{AttackerNames.Metadata}:{service.Port.ToString(CultureInfo.InvariantCulture)}";
}
