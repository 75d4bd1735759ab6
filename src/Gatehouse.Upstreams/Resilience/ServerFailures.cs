using System.Net;
using Gatehouse.Refusals;

namespace Gatehouse.Upstreams.Resilience;

/// <summary>Tells failures of a server from failures of a request that never left the gateway.</summary>
internal static class ServerFailures
{
    /// <summary>What the refusal says about the server.</summary>
    public static ServerFailure Of(RefusalException failure)
    {
        if (failure.Refusal.Reason == Reasons.UpstreamEnded) return ServerFailure.OfExchange;
        if (failure.Refusal.Reason != Reasons.UpstreamUnreachable) return ServerFailure.None;
        return failure.InnerException switch
        {
            HttpRequestException
            {
                HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                    or HttpRequestError.SecureConnectionError
            } => ServerFailure.OfConnection,
            OperationCanceledException => ServerFailure.OfConnection, // connecting took too long
            HttpRequestException
            { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse } =>
                    ServerFailure.OfExchange,
            HttpRequestException { InnerException: IOException } => ServerFailure.OfExchange,
            _ => ServerFailure.None, // raised before a byte was sent
        };
    }

    /// <summary>True for the statuses of a server, or of what stands before it, that cannot answer at the moment.</summary>
    public static bool IsUnavailable(HttpStatusCode status) =>
        status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}

/// <summary>What a failed exchange says about the server behind it.</summary>
internal enum ServerFailure
{
    /// <summary>Nothing: the server was not asked, or it answered.</summary>
    None,

    /// <summary>No connection to the server: not a byte of a request was sent, so no caller can be the cause.</summary>
    OfConnection,

    /// <summary>It took the request and did not answer it, or said that it cannot: the request itself may be the cause.</summary>
    OfExchange,
}
