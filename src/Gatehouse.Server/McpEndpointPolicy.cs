using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using ModelContextProtocol.AspNetCore;

namespace Gatehouse.Server;

/// <summary>
/// Lets routing reach an endpoint of the SDK only for requests that the gateway passes on. Threat: a second <c>MapMcp</c>, or a path that the
/// configuration does not name, leads around the gateway (CWE-288). There is then no such endpoint.
/// </summary>
internal sealed class McpEndpointPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    // The SDK names its endpoints so. What a filter or a wrapped delegate hides, the name still says.
    private const string NameOfSdk = "MCP Streamable HTTP";

    public override int Order => int.MinValue;

    /// <summary>Tells whether an endpoint is one of <c>MapMcp</c>.</summary>
    public static bool IsMcp(Endpoint endpoint) =>
        endpoint.DisplayName?.StartsWith(NameOfSdk, StringComparison.Ordinal) == true
        || endpoint.RequestDelegate is { } serve && (IsOfSdk(serve.Target?.GetType()) || IsOfSdk(serve.Method.DeclaringType))
        || endpoint.Metadata.OfType<System.Reflection.MethodInfo>().Any(static method => IsOfSdk(method.DeclaringType));

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(IsMcp);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        if (httpContext.Features.Get<PassedOn>() is not null) return Task.CompletedTask;
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && IsMcp(candidates[i].Endpoint)) candidates.SetValidity(i, false);
        }

        return Task.CompletedTask;
    }

    private static bool IsOfSdk(Type? type) => type?.Assembly == typeof(HttpServerTransportOptions).Assembly;
}
