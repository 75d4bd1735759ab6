using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Gatehouse.Identity.Metadata;

/// <summary>The metadata document of a protected resource (RFC 9728 §2; MCP rows A01 to A03, A18, A19).</summary>
public sealed record ProtectedResourceMetadata
{
    /// <summary>The prefix of the path of such documents (RFC 9728 §3).</summary>
    public const string WellKnownPrefix = "/.well-known/oauth-protected-resource";

    /// <summary>REQUIRED. The resource identifier: the endpoint's own URL, which is the audience of its tokens.</summary>
    public required string Resource { get; init; }

    /// <summary>The issuers whose tokens are accepted; at least one (MCP row A02).</summary>
    public required ImmutableArray<string> AuthorizationServers { get; init; }

    /// <summary>The smallest useful set of scopes; sorted and without <c>offline_access</c> in the document, left out when empty.</summary>
    public ImmutableArray<string> ScopesSupported { get; init; } = [];

    /// <summary>A name for people; null leaves it out.</summary>
    public string? ResourceName { get; init; }

    /// <summary>The algorithms of proofs of possession that are taken (RFC 9449 §5.1, RFC 9728 §2); left out when empty.</summary>
    public ImmutableArray<string> ProofAlgorithms { get; init; } = [];

    /// <summary>True when only tokens bound to a key are taken.</summary>
    public bool DemandsProof { get; init; }

    /// <summary>True when tokens bound to a client certificate can be used (RFC 8705 §3.3).</summary>
    public bool TakesCertificateBoundTokens { get; init; }

    /// <summary>Returns the path of the document for a resource. The well-known prefix comes before the resource's path (RFC 9728 §3.1).</summary>
    /// <param name="resourcePath">The path of the resource's URL, such as <c>/mcp</c>; empty or <c>/</c> for the root.</param>
    public static string WellKnownPath(string resourcePath)
    {
        ArgumentNullException.ThrowIfNull(resourcePath);
        var path = resourcePath.TrimEnd('/');
        if (path.Length == 0)
            return WellKnownPrefix;
        return path[0] == '/' ? WellKnownPrefix + path : $"{WellKnownPrefix}/{path}";
    }

    /// <summary>Returns the document as UTF-8 JSON. Equal metadata give equal bytes.</summary>
    /// <exception cref="InvalidOperationException">No authorization server is named.</exception>
    public byte[] ToUtf8Json()
    {
        if (AuthorizationServers.IsDefaultOrEmpty)
            throw new InvalidOperationException("Protected resource metadata names no authorization server.");
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer);
        return buffer.WrittenSpan.ToArray();
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("resource"u8, Resource);
        WriteArray(writer, "authorization_servers", AuthorizationServers);
        var scopes = ScopeSet.Canonical(ScopesSupported);
        if (scopes.Count > 0)
            WriteArray(writer, "scopes_supported", scopes);

        // Tokens in the query string or a form end up in logs (MCP row A11), so the header is the only method.
        WriteArray(writer, "bearer_methods_supported", ["header"]);
        if (!ProofAlgorithms.IsDefaultOrEmpty)
            WriteArray(writer, "dpop_signing_alg_values_supported", ProofAlgorithms);
        if (DemandsProof)
            writer.WriteBoolean("dpop_bound_access_tokens_required"u8, true);
        if (TakesCertificateBoundTokens)
            writer.WriteBoolean("tls_client_certificate_bound_access_tokens"u8, true);
        if (ResourceName is not null)
            writer.WriteString("resource_name"u8, ResourceName);
        writer.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
