namespace Gatehouse.Outbound;

/// <summary>
/// The client that sends notifications to webhooks. It follows no redirects, reads no body of an answer, and the SSRF guard judges the address that
/// is used.
/// </summary>
internal sealed class WebhookClient : IDisposable
{
    /// <summary>The time for one request, from its beginning to the headers of its answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpMessageInvoker invoker;
    private readonly TimeProvider time;

    /// <summary>Creates the client with a handler of the factory. Its addresses are named in the configuration.</summary>
    public WebhookClient(OutboundHandlers handlers, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        this.time = time;
        var handler = handlers.Create(DestinationTrust.Configured, [], TimeSpan.FromSeconds(5));
        // Threat: a receiver that answers without end. Nothing of the body is needed, so the connection is closed in place of reading it.
        handler.MaxResponseDrainSize = 0;
        invoker = new HttpMessageInvoker(handler);
    }

    /// <summary>Sends a notification.</summary>
    /// <param name="address">The address of the receiver.</param>
    /// <param name="body">JSON.</param>
    /// <param name="headers">Headers of the notification.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <returns>The status of the answer.</returns>
    /// <exception cref="HttpRequestException">No connection, the address may not be connected to, or the answer is no HTTP.</exception>
    /// <exception cref="OperationCanceledException">The answer took too long, or the cancellation was asked for.</exception>
    public async Task<int> PostAsync(
        Uri address, ReadOnlyMemory<byte> body, IEnumerable<KeyValuePair<string, string>> headers, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(headers);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        using var response = await invoker.SendAsync(request, either.Token).ConfigureAwait(false);
        return (int)response.StatusCode;
    }

    /// <inheritdoc />
    public void Dispose() => invoker.Dispose();
}
