using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Host;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Partitions;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Text;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>
/// Dynamic client registration (RFC 7591). Everyone may register, so that a registration gives no rights: the client is public, no host vouches for
/// its name, and it is answered on loopback or at hosts that an administrator listed (MCP row B19). Keys, logos and software statements are ignored,
/// and nothing is fetched.
/// </summary>
/// <remarks>
/// Threat: a stranger registers without end (CWE-770). An address block has a rate in an hour and a part of the clients that are kept. A client to
/// which no person gave a right is forgotten within a day, and gives way to a newer one where there is no room.
/// </remarks>
/// <param name="settings">The settings in force.</param>
/// <param name="store">The clients that registered themselves.</param>
/// <param name="journal">The record.</param>
/// <param name="time">The clock.</param>
/// <param name="callerShare">Percent of the clients that are kept for one address block, 1 to 100.</param>
internal sealed class ClientRegistration(
    Func<AuthorizationServerSettings> settings, IClientStore store, IAuthorizationJournal journal, TimeProvider time, Func<int> callerShare)
{
    /// <summary>The largest request, in bytes.</summary>
    public const int LargestRequest = 16 * 1024;

    // Peers that cannot be distinguished take at least so long to fill the room.
    private const int HoursToFill = 24;

    private static readonly TimeSpan LongestFirstLife = TimeSpan.FromDays(1);

    private const string BadMetadata = "invalid_client_metadata";
    private const string BadRedirect = "invalid_redirect_uri";
    private const string NotNow = "temporarily_unavailable";
    private const string Denied = "access_denied";

    private readonly RegistrationRate rate = new();

    // Threat: where address blocks cannot be distinguished, a stranger who sends only faulty requests would turn registration off for everyone.
    private readonly RegistrationRate refused = new();

    /// <summary>Registers a client. A refusal is recorded in the sender's part of the record, within its rate.</summary>
    /// <param name="body">The request's body, bytes of a stranger; null when it is larger than <see cref="LargestRequest"/>.</param>
    /// <param name="peer">The stranger.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The answer; 404 where registration is off.</returns>
    public async ValueTask<RegistrationAnswer> RegisterAsync(ReadOnlyMemory<byte>? body, Peer peer, CancellationToken cancellation)
    {
        var answer = await JudgeAsync(body, peer, cancellation).ConfigureAwait(false);
        if (answer.Cause is { } cause)
            journal.NoteOf(peer.Partition, "oauth.register.refused", ("cause", cause));
        return answer;
    }

    private async ValueTask<RegistrationAnswer> JudgeAsync(ReadOnlyMemory<byte>? body, Peer peer, CancellationToken cancellation)
    {
        if (settings().Registration is not { } registration)
            return Refusal(404, "off", Denied, "This gateway registers no programs. Ask its administrator to list the program in "
                + "authorizationServer.clients, or to turn registration on with authorizationServer.registration.");
        var now = time.GetUtcNow();
        if (Read(body, registration, out var name, out var uris, out var applicationType) is { } fault)
            return TakeOne(refused, peer, registration, now, "Too many registrations from this network were refused in an hour.") ?? fault;
        if (TakeOne(rate, peer, registration, now, "Too many registrations came from this network in an hour.") is { } late)
            return late;
        var row = new ClientRow(
            RegisteredClient.NewId(), RegisteredClient.Write(name ?? ClientName.Missing, uris), peer.Digest, now, now + FirstLife(registration));
        return await AddAsync(row, registration, peer, Response(row, name, uris, applicationType), cancellation).ConfigureAwait(false);
    }

    private static RegistrationAnswer? TakeOne(
        RegistrationRate rate, Peer peer, ClientRegistrationSettings registration, DateTimeOffset now, string words) =>
        rate.TryTake(peer.Partition, MostPerHour(peer, registration), now) is { } wait
            ? Refusal(429, "rate", NotNow, words + " Try again after the time in Retry-After.") with { RetryAfter = wait } : null;

    // Shorter than the life of a client that was used, so that the store can distinguish both.
    private static TimeSpan FirstLife(ClientRegistrationSettings registration) =>
        registration.UnusedLife / 2 is var half && half < LongestFirstLife ? half : LongestFirstLife;

    // Behind a proxy all people are one block: the bound of one block would stop a company at its twenty-first colleague.
    private static int MostPerHour(Peer peer, ClientRegistrationSettings registration) =>
        peer.Partition.IsKnown ? registration.PerHour : Math.Max(registration.PerHour, registration.MostClients / HoursToFill);

    private async ValueTask<RegistrationAnswer> AddAsync(
        ClientRow row, ClientRegistrationSettings registration, Peer peer, RegistrationAnswer success, CancellationToken cancellation)
    {
        var mostOfParty = peer.Partition.IsKnown ? (int)PartitionedBudget.PartOf(registration.MostClients, callerShare()) : registration.MostClients;
        try
        {
            if (!await store.AddAsync(row, registration.MostClients, mostOfParty, cancellation).ConfigureAwait(false))
                return Refusal(503, "room", NotNow, "There is no room for another program. Ask the administrator of the gateway.");
        }
        catch (StoreException)
        {
            return Refusal(503, "store", NotNow, "The gateway cannot keep programs now. Try again in a minute.");
        }

        journal.NoteOf(peer.Partition, "oauth.register", ("client", row.Id));
        return success;
    }

    private static RegistrationAnswer? Read(ReadOnlyMemory<byte>? sent, ClientRegistrationSettings registration,
        out string? name, out ImmutableArray<string> uris, out string applicationType)
    {
        (name, uris, applicationType) = (null, [], "");
        if (sent is not { } body)
            return Refusal(413, "size", BadMetadata, $"The request is larger than {LargestRequest / 1024} KiB. Send less metadata.");
        if (StrictJson.Parse(body, out var root) != StrictJsonFault.None)
            return Refusal(400, "metadata", BadMetadata, "The request is not one JSON object with distinct names. Send client metadata as RFC 7591 has it.");
        if (!ClientMetadata.TryReadRedirectUris(root, out uris, out var fault))
            return Refusal(400, "redirect", BadRedirect, $"No redirect URI is acceptable. {fault}.");
        uris = [.. uris.Where(uri => RegisteredClient.Allows(registration, uri))]; // RFC 7591 §3.2.1: the answer says which are registered
        if (uris.IsEmpty)
            return Refusal(400, "redirect", BadRedirect, "No redirect URI is allowed here. Use loopback: http://127.0.0.1, http://[::1] or "
                + "http://localhost. The administrator of the gateway allows hosts with registration.redirectHosts, and private-use schemes with "
                + "registration.redirectSchemes.");
        if (ReadRest(root, uris, out name, out applicationType) is { } rest)
            return rest;
        return RegisteredClient.Write(name ?? ClientName.Missing, uris).Length > ClientRow.MostMetadataBytes
            ? Refusal(400, "size", BadMetadata, "Name and redirect URIs are too long together. Send fewer redirect URIs or shorter ones.") : null;
    }

    private static RegistrationAnswer? ReadRest(JsonElement root, ImmutableArray<string> uris, out string? name, out string applicationType)
    {
        name = ClientMetadata.Text(root, "client_name");
        applicationType = ClientMetadata.Text(root, "application_type") ?? (RedirectUris.AreLoopback(uris) ? "native" : "web");
        if (root.TryGetProperty("client_name", out _) && !ClientName.IsShowable(name))
            return Refusal(400, "metadata", BadMetadata, $"The client_name is not a text of 1 to {ClientName.LongestText} visible characters. Send another name.");
        if (!ClientMetadata.AllowsCodeGrant(root))
            return Refusal(400, "metadata", BadMetadata, "The program does not use the authorization code grant. Send grant_types with authorization_code and "
                + "response_types with code, or leave them out.");
        return applicationType is "native" or "web" ? null : Refusal(400, "metadata", BadMetadata,
            "The application_type is neither native nor web. Send one of them, or leave it out.");
    }

    // RFC 7591 §3.2.1: the server may replace what was asked for, and says what it registered. A client that asked for a secret gets none.
    private static RegistrationAnswer Response(ClientRow row, string? name, ImmutableArray<string> uris, string applicationType)
    {
        var client = new JsonObject
        {
            ["client_id"] = row.Id,
            ["client_id_issued_at"] = row.At.ToUnixTimeSeconds(),
            ["redirect_uris"] = new JsonArray([.. uris.Select(uri => (JsonNode)uri)]),
            ["token_endpoint_auth_method"] = "none",
            ["grant_types"] = new JsonArray("authorization_code", "refresh_token"),
            ["response_types"] = new JsonArray("code"),
            ["application_type"] = applicationType,
        };
        if (name is not null)
            client["client_name"] = name;
        return new RegistrationAnswer(201, JsonSerializer.SerializeToUtf8Bytes(client, NodeJson.Default.JsonObject));
    }

    // The description has our own words only: the text of a stranger goes neither into a page nor into a log of the client's maker.
    private static RegistrationAnswer Refusal(int status, string cause, string error, string description) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject { ["error"] = error, ["error_description"] = description }, NodeJson.Default.JsonObject))
        { Cause = cause };
}
