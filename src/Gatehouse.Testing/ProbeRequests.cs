using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Testing;

/// <summary>
/// Questions of a scan. A scan under test asks every listening port of the machine whether it speaks MCP, and with it the servers of tests that run
/// beside it. A server that counts or reads what it gets must not take such a question for a request of the program under test.
/// </summary>
public static class ProbeRequests
{
    private const int MostBytes = 1024;

    /// <summary>Returns whether a body is the question of a scan.</summary>
    public static bool IsProbe(ReadOnlySpan<byte> body) => body.IndexOf("\"id\":\"gatehouse-scan\""u8) >= 0;

    /// <inheritdoc cref="IsProbe(ReadOnlySpan{byte})"/>
    public static bool IsProbe(string body) => IsProbe(Encoding.UTF8.GetBytes(body));

    /// <summary>Answers the question of a scan with 404. Any other request is left as it came.</summary>
    /// <returns>True where the request is answered.</returns>
    public static async Task<bool> RefuseAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var request = context.Request;
        // A scan says what it asks and how long its short question is, so that no body that a test sends slowly is waited for here.
        if (request.Headers["Mcp-Method"] != "server/discover" || request.ContentLength is not { } length || length is 0 or > MostBytes) return false;
        var body = new byte[(int)length];
        await request.Body.ReadExactlyAsync(body, context.RequestAborted).ConfigureAwait(false);
        if (IsProbe(body))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return true;
        }

        request.Body = new MemoryStream(body, writable: false);
        return false;
    }
}
