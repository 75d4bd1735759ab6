namespace Gatehouse.Fixture.Serving;

/// <summary>What the host hands to a tool beside the message.</summary>
internal static class RequestItems
{
    /// <summary>The HTTP headers of the request, as (name, value) pairs; absent over stdio.</summary>
    public const string Headers = "fixture.headers";
}
