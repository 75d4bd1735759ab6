using System.Net;
using Gatehouse.Refusals;

namespace Gatehouse.Upstreams.Resilience;

/// <summary>The distinction between failures of a server and failures of a request that was never sent.</summary>
internal static class ServerFailures
{
    /// <summary>Returns the meaning of the refusal for the server.</summary>
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

    /// <summary>Tells whether the status means that a server, or a proxy in front of it, cannot answer at the moment.</summary>
    public static bool IsUnavailable(HttpStatusCode status) =>
        status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}

/// <summary>The meaning of a failed exchange for the server behind it.</summary>
internal enum ServerFailure
{
    /// <summary>No failure: the server was not asked, or it answered.</summary>
    None,

    /// <summary>No connection to the server: not a byte of a request was sent, so no caller can be the cause.</summary>
    OfConnection,

    /// <summary>The server received the request and did not answer it, or said that it cannot. The request itself may be the cause.</summary>
    OfExchange,
}
