using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Introspection;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Validation;

namespace Gatehouse.Identity.Tests.Introspection;

/// <summary>A strict stand-in of an introspection endpoint: wrong credentials, media or form are answered as RFC 7662 §2.3 has it.</summary>
internal sealed class FakeIntrospection : IFormPoster
{
    public const string Client = "gateway";
    public const string Secret = "s:e c/ret";

    private readonly ConcurrentQueue<string> asked = [];
    private int checks;

    public Dictionary<string, JsonNode> Tokens { get; } = new(StringComparer.Ordinal);

    public Exception? Failure { get; set; }

    public int Status { get; set; } = 200;

    public byte[]? Raw { get; set; }

    /// <summary>Tokens that are answered oddly: with a status, and with a page in the place of JSON.</summary>
    public Dictionary<string, int> Odd { get; } = new(StringComparer.Ordinal);

    /// <summary>The only address that is answered; null for any.</summary>
    public Uri? Only { get; set; }

    public TaskCompletionSource? Gate { get; set; }

    /// <summary>Tokens asked about, in order, without the gateway's own text.</summary>
    public IReadOnlyList<string> Asked => [.. asked];

    /// <summary>The number of questions about the gateway's own text.</summary>
    public int Checks => checks;

    public async ValueTask<FetchedDocument> PostAsync(Uri endpoint, ReadOnlyMemory<byte> form, SecretText? basic, int maxBytes,
        CancellationToken cancellationToken)
    {
        var fields = Encoding.ASCII.GetString(form.Span).Split('&').Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]), StringComparer.Ordinal);
        if (fields["token"].StartsWith(TokenIntrospector.CheckPrefix, StringComparison.Ordinal)) Interlocked.Increment(ref checks);
        else asked.Enqueue(fields["token"]);
        Assert.Equal("access_token", fields["token_type_hint"]);
        var credential = Encoding.UTF8.GetString(Convert.FromBase64String(basic!.Reveal().ToString())).Split(':')
            .Select(System.Net.WebUtility.UrlDecode);
        if (Gate is { } gate)
            await gate.Task.WaitAsync(cancellationToken);
        if (Failure is not null)
            throw Failure;
        if (!credential.SequenceEqual([Client, Secret]))
            return new FetchedDocument(401, default);
        if (Only is not null && endpoint != Only)
            return new FetchedDocument(404, default);
        if (Odd.TryGetValue(fields["token"], out var status))
            return new FetchedDocument(status, "<html>blocked</html>"u8.ToArray());
        var answer = Tokens.TryGetValue(fields["token"], out var known) ? known.ToJsonString() : """{"active":false}""";
        return new FetchedDocument(Status, Raw ?? Encoding.UTF8.GetBytes(answer));
    }
}
