using System.Text.Json;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Doubles;

/// <summary>
/// Asks a provider about opaque tokens and, after any answer that it did not expect, asks nothing for a minute: whoever sends an odd token
/// decides that nobody's token is looked at.
/// </summary>
internal sealed class PausingIntrospection(RangeIssuer issuer)
{
    private long pausedUntil;

    /// <summary>Whose token it is; null when it is nobody's, or while nothing is asked.</summary>
    public async Task<string?> SubjectAsync(string? authorization)
    {
        if (authorization?.StartsWith("Bearer ", StringComparison.Ordinal) != true || Environment.TickCount64 < Interlocked.Read(ref pausedUntil))
            return null;
        using var question = new HttpRequestMessage(HttpMethod.Post, issuer.Name + "/introspect")
        {
            Content = new FormUrlEncodedContent([new("token", authorization["Bearer ".Length..])]),
        };
        using var answer = await Loopback.Client.SendAsync(question, CancellationToken.None).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            Interlocked.Exchange(ref pausedUntil, Environment.TickCount64 + 60_000);
            return null;
        }

        using var document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false));
        return document.RootElement.GetProperty("active").GetBoolean() ? document.RootElement.GetProperty("sub").GetString() : null;
    }
}
