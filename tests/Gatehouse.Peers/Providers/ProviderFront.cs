using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Peers.Providers;

/// <summary>A proxy in front of the token endpoint that spoils its answers.</summary>
internal sealed class ProviderFront
{
    private TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BadAnswer Bad { get; set; }

    public int RetryAfter { get; set; } = 7;

    public Action<JsonObject> Change { get; set; } = static _ => { };

    /// <summary>Requests that wait now.</summary>
    public int Waiting => waiting;

    private int waiting;

    public void Release() => Interlocked.Exchange(ref gate, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    public async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        switch (Bad)
        {
            case BadAnswer.Nothing: context.Abort(); return;
            case BadAnswer.Empty: context.Response.ContentType = "application/json"; return;
            case BadAnswer.Html: await WriteAsync(context, 200, "text/html; charset=utf-8", "<!doctype html><title>Sign in</title><p>Sign in"); return;
            case BadAnswer.Unavailable: Refuse(context, 503); return;
            case BadAnswer.TooMany: Refuse(context, 429); return;
            case BadAnswer.Redirect: context.Response.Redirect("/elsewhere", permanent: false, preserveMethod: true); return;
            case BadAnswer.Slow: await WaitAsync(context); break;
        }

        var original = context.Response.Body;
        using var kept = new MemoryStream();
        context.Response.Body = kept;
        await next(context);
        context.Response.Body = original;
        var text = Encoding.UTF8.GetString(kept.ToArray());
        if (context.Response.StatusCode == 200) text = Spoil(text);
        context.Response.ContentLength = Encoding.UTF8.GetByteCount(text);
        await context.Response.WriteAsync(text, context.RequestAborted);
    }

    private async Task WaitAsync(HttpContext context)
    {
        Interlocked.Increment(ref waiting);
        try
        {
            await Volatile.Read(ref gate).Task.WaitAsync(context.RequestAborted);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    private string Spoil(string text)
    {
        if (!text.StartsWith('{') || JsonNode.Parse(text) is not JsonObject answer) return text;
        Change(answer);
        var token = (string?)answer["access_token"];
        switch (Bad)
        {
            case BadAnswer.Unsigned when token is not null:
                answer["access_token"] = $"{Base64Url.EncodeToString("""{"alg":"none","typ":"at+jwt"}"""u8)}.{token.Split('.')[1]}.";
                break;
            case BadAnswer.OtherTokenType: answer["token_type"] = "N_A"; break;
            case BadAnswer.OtherIssuedType: answer["issued_token_type"] = "urn:ietf:params:oauth:token-type:refresh_token"; break;
            case BadAnswer.NoToken: answer.Remove("access_token"); break;
            case BadAnswer.NoLife: answer.Remove("expires_in"); break;
            case BadAnswer.Expired: answer["expires_in"] = 300; break;
            case BadAnswer.LineBreak: answer["access_token"] = token + "\r\nX-Injected: yes"; break;
            case BadAnswer.Huge: answer["padding"] = new string('x', 8 * 1024 * 1024 + 1); break;
            case BadAnswer.TwoTokens: return answer.ToJsonString()[..^1] + ",\"access_token\":\"another\"}";
            case BadAnswer.CutOff: return answer.ToJsonString()[..^2];
        }

        return JsonSerializer.Serialize(answer);
    }

    private void Refuse(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = RetryAfter.ToString(CultureInfo.InvariantCulture);
    }

    private static Task WriteAsync(HttpContext context, int status, string type, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
