using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Credentials;
using Gatehouse.Gateway.Tests.SignIn;
using Gatehouse.Peers.Events;
using Gatehouse.Peers.Providers;
using Gatehouse.Policy;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Gatehouse.Upstreams;

namespace Gatehouse.Gateway.Tests.ProviderEvents;

/// <summary>
/// A gateway that takes the events of its callers' issuer, OpenIddict, from a transmitter of Shared Signals. Its server gets a token in exchange for
/// the caller's.
/// </summary>
internal sealed class EventGateway : IAsyncDisposable
{
    public const string Audience = "https://gateway.example";
    public const string PushToken = "token-of-the-transmitter-at-the-gateway";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-events-");

    private EventGateway(OpenIddictProvider provider, EventTransmitter transmitter) => (Provider, Transmitter) = (provider, transmitter);

    public OpenIddictProvider Provider { get; }

    public EventTransmitter Transmitter { get; }

    public TestGateway Gateway { get; private set; } = null!;

    public string Origin => Gateway.Url.GetLeftPart(UriPartial.Authority);

    public static async Task<EventGateway> StartAsync(bool polls = true)
    {
        var one = new EventGateway(await OpenIddictProvider.StartAsync(), await EventTransmitter.StartAsync(Audience));
        var client = new IssuerClientSettings { Id = "gateway", Secret = one.Write("secret", ProviderSetup.GatewaySecret) };
        var issuer = new IssuerSettings
        {
            Issuer = one.Provider.Issuer,
            Name = "corp",
            Client = client,
            Events = new IssuerEventsSettings
            {
                Poll = polls ? new Uri(one.Transmitter.PollEndpoint) : null,
                Transmitter = one.Transmitter.Issuer,
                Audience = Audience,
                Token = polls ? one.Write("poll", EventTransmitter.ReceiverToken) : null,
                PushToken = one.Write("push", PushToken),
            },
        };
        one.Gateway = await TestGateway.StartAsync(
            settings => settings with
            {
                Development = false,
                Issuers = [issuer],
                Servers =
                [
                    settings.Servers[0] with
                    {
                        Http = settings.Servers[0].Http! with
                        {
                            Issued = new IssuedCredentialSettings
                            { Kind = IssuedCredentialKind.TokenExchange, Issuer = issuer, Client = client, Audience = "crm", Scopes = ["read"] },
                        },
                    },
                ],
            },
            rules: [new PolicyRule { Id = "all", Directions = TestGateway.EveryDirection }]);
        return one;
    }

    /// <summary>The person at the issuer, as events name it.</summary>
    public JsonObject Person(string name) => EventTransmitter.Person(Provider.Issuer, name);

    public async Task<string> TokenAsync(string person) => await Provider.IssueForAsync(person, Gateway.Url.ToString());

    /// <summary>A session with a stream and a call that do not end by themselves.</summary>
    public async Task<OpenExchanges> OpenAsync(string token) => await OpenExchanges.OpenAsync(Gateway, token);

    public async Task<HttpStatusCode> PingAsync(string token) => (await Gateway.CallAsync(Gateway.Modern("tools/list", token: token))).Status;

    /// <summary>Whether the person has a session, a stream or a call, or a cached credential.</summary>
    public bool Has(string person) => Gateway.Host.Sessions.Entries.Any(entry => entry.Subject == person)
        || Gateway.Host.Registry.OfCallers.Any(exchange => exchange.Subject?.Subject == person) || HasCredential(person);

    public bool HasCredential(string person) =>
        Gateway.Host.Core.Services.Get<CredentialTable>().All().Any(one => one.Subject == person && one.Cell.Held is not null);

    /// <summary>Obtains the credential of a caller for the server, as the gateway does.</summary>
    public async Task<UpstreamCredential?> CredentialAsync(PolicySubject caller) => await Gateway.Host.Core.Services.Get<IUpstreamCredentials>()
        .GetAsync(caller, Gateway.Host.Snapshots.Current.Settings.Servers[0], null, TestContext.Current.CancellationToken);

    /// <summary>Waits until the log has so many entries of an act, and returns them.</summary>
    public async Task<IReadOnlyList<JsonElement>> EntriesAsync(string act, int count)
    {
        IReadOnlyList<JsonElement> found = [];
        await Eventually.TrueAsync(() => (found = Entries(act)).Count >= count, $"{count} entries {act} are on disk");
        return found;
    }

    /// <summary>Waits until the log has so many entries about events of a person, and returns them.</summary>
    public async Task<IReadOnlyList<JsonElement>> EntriesAboutAsync(string person, int count)
    {
        IReadOnlyList<JsonElement> found = [];
        await Eventually.TrueAsync(
            () => (found = [.. Entries("provider.event").Where(entry => IsAbout(entry, person))]).Count >= count,
            $"{count} entries about {person} are on disk");
        return found;

        static bool IsAbout(JsonElement entry, string person) => entry.TryGetProperty("subject", out var name) && name.GetString() == person;
    }

    public IReadOnlyList<JsonElement> Entries(string act) =>
        [.. Gateway.Entries().Where(entry => entry.TryGetProperty("act", out var name) && name.GetString() == act)];

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Transmitter.DisposeAsync();
        await Provider.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private SecretReference Write(string name, string text)
    {
        var file = Path.Join(folder.FullName, name);
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new SecretReference("file", file);
    }
}
