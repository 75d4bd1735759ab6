using System.Globalization;
using Gatehouse.AuthorizationServer.Pages;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>
/// A fault that ends a request on a page: the part that the person reads, and the part that the administrator finds in the audit log.
/// </summary>
/// <param name="Status">Status of the page.</param>
/// <param name="Fault">The fault.</param>
internal sealed record FaultReport(int Status, PageFault Fault)
{
    /// <summary>Where it happened.</summary>
    public FaultPlace Place { get; init; }

    /// <summary>The name of the client or provider where it happened, for the page; null at the gateway.</summary>
    public string? Name { get; init; }

    /// <summary>More about it, for the page, without text of a stranger; null for nothing more.</summary>
    public string? Detail { get; init; }

    /// <summary>The address that takes the error to the client; null where no client may get it.</summary>
    public string? Back { get; init; }

    /// <summary>The cause as a word of the code, such as <c>provider-client</c>; null where the fault says it.</summary>
    public string? Cause { get; init; }

    /// <summary>The client id of the request, which may be text of a stranger; null where none is known.</summary>
    public string? Client { get; init; }

    /// <summary>The name of the provider in the configuration; null where none is concerned.</summary>
    public string? Provider { get; init; }

    /// <summary>The redirect URI that the client asked for and may not use, text of a stranger; null for every other fault.</summary>
    public string? Redirect { get; init; }

    /// <summary>Returns the facts of the entry. A query of the redirect URI, which can hold a secret, is not one of them.</summary>
    public (string Name, string Value)[] Facts()
    {
        List<(string Name, string? Value)> facts =
        [
            ("fault", PageFaults.SlugOf(Fault)), ("status", Status.ToString(CultureInfo.InvariantCulture)), ("cause", Cause),
            ("client", Client), ("provider", Provider), ("redirect", WithoutQuery(Redirect)),
        ];
        return [.. facts.Where(fact => fact.Value is not null).Select(fact => (fact.Name, fact.Value!))];
    }

    private static string? WithoutQuery(string? uri) => Uri.TryCreate(uri, UriKind.Absolute, out var parsed)
        ? parsed.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) : null;
}
