using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Issuers;
using Gatehouse.Outbound;
using Gatehouse.Outbound.Tokens;
using Gatehouse.Settings;

namespace Gatehouse.ProviderEvents;

/// <summary>
/// Polls the stream of one issuer (RFC 8936). Answers are bounded in size and time, redirects are not followed, and the SSRF guard judges the
/// address.
/// </summary>
internal sealed class PollClient : IDisposable
{
    /// <summary>The most events of one answer.</summary>
    public const int MostEvents = 20;

    /// <summary>The most bytes of one answer: 512 KiB.</summary>
    public const int MaxAnswerBytes = 512 << 10;

    /// <summary>The time for one poll. A transmitter that waits for events answers before it, or the gateway polls again: 100 s.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private readonly IssuerEventsSettings settings;
    private readonly SecretResolver secrets;
    private readonly TimeProvider time;
    private readonly HttpMessageInvoker invoker;
    private readonly IssuerConnection? connection;
    private readonly TokenCell cell;

    /// <summary>Makes it. No request is sent.</summary>
    public PollClient(IssuerSettings issuer, OutboundHandlers handlers, SecretResolver secrets, TimeProvider time)
    {
        (settings, this.secrets, this.time) = (issuer.Events!, secrets, time);
        invoker = new HttpMessageInvoker(handlers.Create(DestinationTrust.Configured, [], TimeSpan.FromSeconds(5)));
        cell = new TokenCell(time);
        if (settings.Token is null) connection = new IssuerConnection(issuer, issuer.Client!, handlers, secrets.Resolve, time);
    }

    /// <summary>Polls once. An answer that takes longer than <see cref="Patience"/> has no events.</summary>
    /// <param name="taken">Ids of events that had their effect.</param>
    /// <param name="refused">Ids of events that are refused, each with its fault.</param>
    /// <param name="waits">True where the transmitter may wait for events.</param>
    /// <param name="cancellation">Ends the poll.</param>
    /// <returns>The answer; null where none came in time.</returns>
    /// <exception cref="PollFaultException">There is no usable answer.</exception>
    public async Task<PollAnswer?> PollAsync(
        IReadOnlyCollection<string> taken, IReadOnlyDictionary<string, EventFault> refused, bool waits, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            return await AskAsync(taken, refused, waits, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (TokenFaultException fault)
        {
            throw new PollFaultException("no token for the poll: " + fault.Message);
        }
        catch (InvalidDataException)
        {
            throw new PollFaultException("the token for the poll cannot be read");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new PollFaultException(FetchFault.Of(fault));
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        invoker.Dispose();
        connection?.Dispose();
    }

    private async Task<PollAnswer> AskAsync(
        IReadOnlyCollection<string> taken, IReadOnlyDictionary<string, EventFault> refused, bool waits, CancellationToken cancellation)
    {
        var issued = connection is null ? null : await cell.GetAsync(RequestAsync, cancellation).ConfigureAwait(false);
        var own = settings.Token is { } reference ? secrets.Resolve(reference) : null;
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.Poll) { Content = new ByteArrayContent(Body(taken, refused, waits)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (issued?.Token ?? own!).Reveal().ToString());
        using var response = await invoker.SendAsync(request, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Unauthorized && issued is not null) cell.Drop(issued);
        if (response.StatusCode != HttpStatusCode.OK) throw new PollFaultException($"it answers with status {(int)response.StatusCode}");
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var body = await BoundedRead.ToEndAsync(stream, MaxAnswerBytes, cancellation).ConfigureAwait(false)
                ?? throw new PollFaultException($"its answer is larger than {MaxAnswerBytes} bytes");
            return Read(body);
        }
    }

    private Task<IssuedToken> RequestAsync()
    {
        var scope = settings.Scopes.Count > 0 ? "&scope=" + FormText.Encode(string.Join(' ', settings.Scopes)) : "";
        return connection!.Tokens.RequestAsync("grant_type=client_credentials" + scope, IssuedTokenCheck.Any, CancellationToken.None);
    }

    private static byte[] Body(IReadOnlyCollection<string> taken, IReadOnlyDictionary<string, EventFault> refused, bool waits)
    {
        var body = new JsonObject { ["maxEvents"] = MostEvents, ["returnImmediately"] = !waits };
        if (taken.Count > 0) body["ack"] = new JsonArray([.. taken.Select(static id => (JsonNode)id)]);
        if (refused.Count > 0)
        {
            body["setErrs"] = new JsonObject(refused.Select(static one => KeyValuePair.Create<string, JsonNode?>(
                one.Key, new JsonObject { ["err"] = one.Value.Error, ["description"] = one.Value.Cause })));
        }

        return System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    private static PollAnswer Read(byte[] body)
    {
        if (StrictJson.Parse(body, out var root) != StrictJsonFault.None) throw new PollFaultException("its answer is not JSON");
        List<(string, string)> events = [];
        if (root.TryGetProperty("sets", out var sets))
        {
            if (sets.ValueKind != JsonValueKind.Object) throw new PollFaultException("its answer has no events as RFC 8936 defines them");
            events.AddRange(sets.EnumerateObject().Take(MostEvents)
                .Select(static one => (one.Name, one.Value.ValueKind == JsonValueKind.String ? one.Value.GetString()! : "")));
        }

        return new PollAnswer(events, root.TryGetProperty("moreAvailable", out var more) && more.ValueKind == JsonValueKind.True);
    }
}
