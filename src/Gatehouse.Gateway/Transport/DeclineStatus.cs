using Gatehouse.Pipeline.Upstream;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Transport;

/// <summary>The HTTP status for each way in which a server declines (MCP 2025-11-25, transports).</summary>
internal static class DeclineStatus
{
    /// <summary>Returns the status; 200 where the server did not decline.</summary>
    public static int Of(UpstreamDecline decline) => decline switch
    {
        UpstreamDecline.Invalid => StatusCodes.Status400BadRequest,
        UpstreamDecline.Unknown => StatusCodes.Status404NotFound,
        UpstreamDecline.NotOffered => StatusCodes.Status405MethodNotAllowed,
        UpstreamDecline.Conflict => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status200OK,
    };
}
