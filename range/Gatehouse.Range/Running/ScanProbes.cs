using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Running;

/// <summary>
/// Questions of <c>gatehouse scan --probe</c>, which asks every listening port of the machine whether it speaks MCP. One that runs beside an exercise
/// is no part of it: a server that counts, reads or passes on what it gets must not see the question.
/// </summary>
internal static class ScanProbes
{
    private const int MostBytes = 1024;

    /// <summary>Has a server answer the question of a scan with 404. Any other request is left as it came.</summary>
    public static WebApplication WithoutScanProbes(this WebApplication web)
    {
        web.Use(static async (context, next) =>
        {
            if (!await RefuseAsync(context).ConfigureAwait(false)) await next(context).ConfigureAwait(false);
        });
        return web;
    }

    private static async Task<bool> RefuseAsync(HttpContext context)
    {
        var request = context.Request;
        // A scan says what it asks and how long its short question is, so that no body that an exercise sends slowly is waited for here.
        if (request.Headers["Mcp-Method"] != "server/discover" || request.ContentLength is not { } length || length is 0 or > MostBytes) return false;
        var body = new byte[(int)length];
        await request.Body.ReadExactlyAsync(body, context.RequestAborted).ConfigureAwait(false);
        if (body.AsSpan().IndexOf("\"id\":\"gatehouse-scan\""u8) >= 0)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return true;
        }

        request.Body = new MemoryStream(body, writable: false);
        return false;
    }
}
