using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Opinions;

/// <summary>
/// Posts JSON to a service, and reads JSON. It follows no redirect, and an answer is bounded. What the service answers is data of another party: a
/// status, a type or a form that its contract does not have is no opinion.
/// </summary>
internal sealed class OpinionTransport(OutboundHandlers handlers, SecretResolver secrets) : IDisposable
{
    /// <summary>The longest answer, in bytes.</summary>
    public const int MaxAnswerBytes = 256 << 10;

    /// <summary>The longest pause that a service may ask for.</summary>
    public static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(5);

    private readonly HttpMessageInvoker invoker = new(handlers.Create(DestinationTrust.Configured, [], TimeSpan.FromSeconds(5)));

    /// <summary>Returns the answer to a request.</summary>
    /// <param name="endpoint">The address.</param>
    /// <param name="write">Writes the body.</param>
    /// <param name="credential">A header with a secret; null for none.</param>
    /// <param name="token">A token of the gateway's identity; null for none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OpinionFaultException">The service cannot be reached, or its answer is no opinion.</exception>
    public async Task<JsonDocument> PostAsync(Uri endpoint, Action<Utf8JsonWriter> write, CredentialSettings? credential,
        AuthenticationHeaderValue? token, CancellationToken cancellation)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body)) write(writer);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ReadOnlyMemoryContent(body.WrittenMemory) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.Authorization = token;
        try
        {
            if (credential is not null)
                request.Headers.TryAddWithoutValidation(credential.Header, secrets.HeaderValue(credential, SecretPurpose.Opinion));
            using var response = await invoker.SendAsync(request, cancellation).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK) throw Refused(response);
            if (response.Content.Headers.ContentType is not { MediaType: "application/json" }) throw Unreadable("the answer is not application/json");
            var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var bytes = await BoundedRead.ToEndAsync(stream, MaxAnswerBytes, cancellation).ConfigureAwait(false)
                    ?? throw Unreadable($"the answer is longer than {MaxAnswerBytes} bytes");
                return JsonDocument.Parse(bytes);
            }
        }
        catch (JsonException)
        {
            throw Unreadable("the answer is no JSON");
        }
        catch (Exception fault) when (fault is not OpinionFaultException && fault is IOException or HttpRequestException or InvalidOperationException)
        {
            throw new OpinionFaultException($"{endpoint.Host} cannot be reached", fault);
        }
    }

    /// <summary>Returns the fault of an answer that the contract does not have.</summary>
    public static OpinionFaultException Unreadable(string what) => new("unreadable", what);

    /// <inheritdoc />
    public void Dispose() => invoker.Dispose();

    private static OpinionFaultException Refused(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var after = response.Headers.RetryAfter is { } one ? one.Delta ?? TimeSpan.FromSeconds(10) : (TimeSpan?)null;
        if (after > MaxPause) after = MaxPause;
        return status switch
        {
            429 => new OpinionFaultException("throttled", "status 429: more requests than the tier of the resource takes; raise the tier, or lower perPerson",
                after ?? TimeSpan.FromSeconds(10)),
            401 or 403 => new OpinionFaultException("refused",
                $"status {status}: the service refuses the credential; give the identity the role Cognitive Services User on the resource, or correct the key"),
            404 => new OpinionFaultException("refused",
                "status 404: this address has no such operation, list or category; correct the address, and the names under protection.opinion"),
            >= 500 => new OpinionFaultException("unavailable", $"status {status}", after),
            _ => new OpinionFaultException("refused", $"status {status}: the service does not take the request"),
        };
    }
}
