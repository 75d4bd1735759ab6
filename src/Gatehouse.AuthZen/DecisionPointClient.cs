using System.Net;
using System.Net.Http.Headers;
using Gatehouse.Outbound;
using Gatehouse.Pipeline.Records;
using Gatehouse.Settings;

namespace Gatehouse.AuthZen;

/// <summary>
/// The client of an external decision point, by HTTPS and JSON (AuthZEN 1.0 §10). It follows no redirect and accepts no answer longer than
/// <see cref="MaxAnswerBytes"/>. The address is judged like every other.
/// </summary>
internal sealed class DecisionPointClient : IDisposable
{
    /// <summary>The longest answer, in bytes.</summary>
    public const int MaxAnswerBytes = 256 << 10;

    private const int MaxMetadataBytes = 64 << 10;
    private const string RequestId = "X-Request-ID";
    private static readonly TimeSpan MetadataLife = TimeSpan.FromMinutes(10);

    private readonly DecisionPointSettings settings;
    private readonly SecretResolver secrets;
    private readonly TimeProvider time;
    private readonly HttpMessageInvoker invoker;
    private readonly EvaluationWriter writer;
    private readonly DecisionPointEndpoints defaults;
    private volatile Known? known;

    public DecisionPointClient(DecisionPointSettings settings, OutboundHandlers handlers, SecretResolver secrets, TimeProvider time)
    {
        this.settings = settings;
        this.secrets = secrets;
        this.time = time;
        invoker = new HttpMessageInvoker(handlers.Create(DestinationTrust.Configured, settings.Pins, settings.Timeout));
        writer = new EvaluationWriter(settings.SendArguments);
        var root = settings.Url.GetLeftPart(UriPartial.Path).TrimEnd('/');
        defaults = new DecisionPointEndpoints(new Uri(root + "/access/v1/evaluation"), new Uri(root + "/access/v1/evaluations"));
    }

    /// <summary>Returns the answers to questions about one caller, in their order.</summary>
    /// <exception cref="DecisionFaultException">The answer is no decision.</exception>
    /// <exception cref="IOException">The decision point cannot be reached, or answers with a status that is no decision.</exception>
    /// <exception cref="HttpRequestException">The same, reported by the HTTP stack.</exception>
    public async ValueTask<EvaluationResponse[]> AskAsync(ReadOnlyMemory<Evaluation> questions, CancellationToken cancellation)
    {
        var endpoints = settings.Identifier is null ? defaults : await DiscoverAsync(settings.Identifier, cancellation).ConfigureAwait(false);
        if (questions.Length > 1 && endpoints.Many is { } many)
        {
            var answers = await PostAsync(many, writer.Many(questions.Span, time.GetUtcNow()), cancellation).ConfigureAwait(false);
            return EvaluationResponseReader.Many(answers, questions.Length);
        }

        var all = new EvaluationResponse[questions.Length];
        for (var at = 0; at < all.Length; at++)
            all[at] = EvaluationResponseReader.Single(
                await PostAsync(endpoints.Single, writer.Single(questions.Span[at], time.GetUtcNow()), cancellation).ConfigureAwait(false));
        return all;
    }

    public void Dispose() => invoker.Dispose();

    private async ValueTask<DecisionPointEndpoints> DiscoverAsync(string identifier, CancellationToken cancellation)
    {
        if (known is { } last && time.GetUtcNow() < last.Until) return last.Endpoints;
        using var request = new HttpRequestMessage(HttpMethod.Get, DecisionPointMetadata.UrlOf(identifier));
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        var body = await SendAsync(request, MaxMetadataBytes, null, cancellation).ConfigureAwait(false);
        var endpoints = DecisionPointMetadata.Read(body, identifier);
        known = new Known(endpoints, time.GetUtcNow() + MetadataLife);
        return endpoints;
    }

    private async ValueTask<byte[]> PostAsync(Uri endpoint, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var id = Ids.New(time);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation(RequestId, id);
        if (settings.Credential is { } credential)
            request.Headers.TryAddWithoutValidation(credential.Header, secrets.HeaderValue(credential, SecretPurpose.DecisionPoint));
        return await SendAsync(request, MaxAnswerBytes, id, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<byte[]> SendAsync(HttpRequestMessage request, int maxBytes, string? id, CancellationToken cancellation)
    {
        using var response = await invoker.SendAsync(request, cancellation).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK) throw new HttpRequestException(HttpRequestError.Unknown, statusCode: response.StatusCode);
        if (response.Content.Headers.ContentType is not { MediaType: "application/json", CharSet: null or "utf-8" or "UTF-8" })
            throw new DecisionFaultException("the answer is not of type application/json");
        // §10.1.3: if the answer names a request, it must be ours. Otherwise it answers another client's question.
        if (id is not null && response.Headers.TryGetValues(RequestId, out var echoed) && (echoed.Count() != 1 || echoed.First() != id))
            throw new DecisionFaultException("the answer names another request");
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return await BoundedRead.ToEndAsync(stream, maxBytes, cancellation).ConfigureAwait(false)
                ?? throw new DecisionFaultException($"the answer is longer than {maxBytes} bytes");
        }
    }

    private sealed record Known(DecisionPointEndpoints Endpoints, DateTimeOffset Until);
}
