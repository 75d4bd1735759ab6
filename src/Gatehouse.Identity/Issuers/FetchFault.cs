using System.Net.Sockets;
using System.Security.Authentication;

namespace Gatehouse.Identity.Issuers;

/// <summary>The cause of a fetch that failed, in the words of an operator and not of the runtime.</summary>
internal static class FetchFault
{
    public static string Of(Exception fault)
    {
        var chain = Chain(fault).ToList();
        if (chain.OfType<SocketException>().FirstOrDefault() is { } socket) return Of(socket.SocketErrorCode);
        if (chain.Exists(one => one is AuthenticationException)) return "TLS failure: the certificate is not trusted, or there is no common version of TLS";
        if (chain.Exists(one => one is OperationCanceledException or TimeoutException)) return "timeout";
        // Threat: the message of the runtime about an answer that is not HTTP quotes it, such as a chunk that reads like a sentence of the gateway in
        // the operator's log (CWE-117).
        return OfError(chain.Select(ErrorOf).FirstOrDefault(static error => error != HttpRequestError.Unknown))
            ?? chain.OfType<IOException>().LastOrDefault(static one => one is not HttpIOException)?.Message.TrimEnd('.') ?? "no usable answer";
    }

    private static HttpRequestError ErrorOf(Exception fault) => fault switch
    {
        HttpRequestException request => request.HttpRequestError,
        HttpIOException answer => answer.HttpRequestError,
        _ => HttpRequestError.Unknown,
    };

    private static string Of(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => "the name was not found",
        SocketError.TimedOut => "timeout",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "connection closed by the other side",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.HostDown => "no route to the host",
        _ => "no connection",
    };

    private static string? OfError(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "the name was not found",
        HttpRequestError.SecureConnectionError => "TLS failure",
        HttpRequestError.ResponseEnded => "connection closed by the other side",
        HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse => "the answer is not valid HTTP",
        _ => null,
    };

    private static IEnumerable<Exception> Chain(Exception? fault)
    {
        for (; fault is not null; fault = fault.InnerException) yield return fault;
    }
}
