namespace Gatehouse.Upstreams.Resilience;

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
