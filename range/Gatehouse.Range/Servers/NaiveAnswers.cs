using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Range.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Servers;

/// <summary>
/// Questions as a team sends them to its chat in an afternoon: whatever comes back with the number that went out is an answer of the person.
/// </summary>
internal sealed class NaiveAnswers : IAsyncDisposable
{
    private readonly WebApplication web = Loopback.Build();
    private readonly ApproverChat chat;
    private readonly Dictionary<string, string> waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> granted = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    private NaiveAnswers(ApproverChat chat)
    {
        this.chat = chat;
        web.Run(AnswerAsync);
    }

    /// <summary>Starts with a channel to which questions go.</summary>
    public static async Task<NaiveAnswers> StartAsync(RangeFixture fixture, ApproverChat chat)
    {
        var answers = fixture.Own(new NaiveAnswers(chat));
        await answers.web.StartAsync().ConfigureAwait(false);
        chat.AnswersGoTo(new Uri(answers.web.Urls.First()));
        return answers;
    }

    /// <summary>Returns whether a transfer was granted, which it uses up. If not, the person is asked.</summary>
    public bool TryPass(string amount)
    {
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        lock (gate)
        {
            if (granted.Remove(amount)) return true;
            waiting[nonce] = amount;
        }

        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(amount)));
        var data = new { approval = "apr-" + digest[..10], digest, nonce, shown = digest, target = "transfer", parameters = new { amount } };
        chat.Take(JsonSerializer.Serialize(new { type = "approval.asked", data }));
        return false;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => web.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var parts = (await reader.ReadToEndAsync(context.RequestAborted).ConfigureAwait(false)).Split('.');
        context.Response.StatusCode = parts.Length == 3 && IsTaken(parts[1]) ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden;
    }

    private bool IsTaken(string payload)
    {
        using var answer = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
        lock (gate)
        {
            return answer.RootElement.GetProperty("decision").GetString() == "grant"
                && waiting.Remove(answer.RootElement.GetProperty("nonce").GetString()!, out var amount) && granted.Add(amount);
        }
    }
}
