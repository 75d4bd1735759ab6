using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Integrity.Schema.Keywords;

namespace Gatehouse.Integrity.Schema.Compilation;

internal sealed partial class SchemaCompiler
{
    private const string RecursiveAnchor = "$recursiveAnchor";

    public void Defer(ReferenceKeyword keyword, SchemaResource from, string path, string reference)
    {
        if (++references > limits.MaxReferences)
            throw new SchemaRefused(path, $"there are more than {limits.MaxReferences} references in it");
        pending.Enqueue(new PendingReference(keyword, from, path, reference));
    }

    private void Resolve(PendingReference pending)
    {
        (var rest, var fragment) = SchemaUris.Split(pending.Reference);
        var resource = Resource(SchemaUris.Resolve(pending.From.Uri, rest), pending);
        var target = fragment.Length == 0 ? Node(resource.Root, resource.Path, resource)
            : fragment[0] == '/' ? AtPointer(resource, fragment, pending)
            : resource.Anchors.GetValueOrDefault(fragment) ?? throw Unresolved(pending);
        var anchor = DynamicAnchor(pending.Keyword.Name, fragment, target);
        pending.Keyword.Resolve(target, anchor);
    }

    // JSON Schema 2020-12 core section 8.2.3.2: dynamic only where the first target is itself a dynamic anchor of that name.
    private static string? DynamicAnchor(string keyword, string fragment, SchemaNode target) => keyword switch
    {
        "$dynamicRef" when target.Resource.DynamicAnchors.TryGetValue(fragment, out var dynamic) && dynamic == target => fragment,
        "$recursiveRef" when target.Resource.DynamicAnchors.ContainsKey(RecursiveAnchor) => RecursiveAnchor,
        _ => null,
    };

    private SchemaResource Resource(string uri, PendingReference pending)
    {
        if (resources.TryGetValue(uri, out var known))
            return known;
        // Never fetched: what is not here is a fault of the schema (design rule 3).
        if (!TryDocument(uri, out var document))
            throw new SchemaRefused(pending.Path, "the reference names a document that is not part of this schema; nothing is fetched");
        var root = Load(uri, document, SchemaDialect.Default);
        resources.TryAdd(uri, root.Resource);
        return resources[uri] = root.Resource;
    }

    private SchemaNode AtPointer(SchemaResource resource, string pointer, PendingReference pending)
    {
        var at = resource.Root;
        var path = resource.Path;
        foreach (var segment in JsonPointers.Segments(pointer))
        {
            if (!JsonPointers.TryStep(at, segment, out at))
                throw Unresolved(pending);
            path = JsonPointers.Child(path, segment);
            if (resource.Document.Nodes.TryGetValue(path, out var passed))
                resource = passed.Resource;
        }

        return Node(at, path, resource);
    }

    private static SchemaRefused Unresolved(PendingReference pending) => new(pending.Path, "the reference leads nowhere");
}
