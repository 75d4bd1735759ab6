namespace Gatehouse.Outbound;

/// <summary>Whether a request that failed may have left, with what it carried.</summary>
internal static class Departure
{
    /// <summary>Returns false where no byte of the request was sent: the address was refused or has no name, or no connection was made.</summary>
    /// <param name="fault">The fault, or one whose inner fault says it.</param>
    public static bool IsPossible(Exception fault)
    {
        for (var one = fault; one is not null; one = one.InnerException)
        {
            if (one is DestinationRefusedException || (one is HttpRequestException { HttpRequestError: var error }
                && error is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
                    or HttpRequestError.ProxyTunnelError)) return false;
        }

        return true;
    }
}
