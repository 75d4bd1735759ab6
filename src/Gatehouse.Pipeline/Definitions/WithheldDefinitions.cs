using Gatehouse.Integrity.Definitions;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// The recently withheld definitions, one for each server, kind and name, which an administrator sees and may approve. Bounded: beyond the bound,
/// those that were withheld first are dropped; they return with the next list. Safe for concurrent use.
/// </summary>
/// <param name="noted">Receives each withheld definition, each time it is judged; null for no receiver.</param>
public sealed class WithheldDefinitions(Action<WithheldDefinition>? noted = null)
{
    /// <summary>Most definitions.</summary>
    public const int Most = 10_000;

    /// <summary>Most bytes of definitions.</summary>
    public const long MostBytes = 32L << 20;

    private readonly Lock gate = new();
    private readonly Dictionary<(string, DefinitionKind, string), LinkedListNode<WithheldDefinition>> known = [];
    private readonly LinkedList<WithheldDefinition> order = new();
    private long bytes;

    /// <summary>Number of definitions.</summary>
    public int Count
    {
        get
        {
            lock (gate) return order.Count;
        }
    }

    /// <summary>Returns all of them, by server, kind and name.</summary>
    public IReadOnlyList<WithheldDefinition> All()
    {
        lock (gate) return [.. order.OrderBy(one => one.Server, StringComparer.Ordinal).ThenBy(one => one.Definition.Kind)
            .ThenBy(one => one.Definition.Name, StringComparer.Ordinal)];
    }

    /// <summary>Finds one; null when it is not withheld, or no longer known.</summary>
    public WithheldDefinition? Find(string server, DefinitionKind kind, string name)
    {
        lock (gate) return known.GetValueOrDefault((server, kind, name))?.Value;
    }

    /// <summary>Removes one that is no longer withheld.</summary>
    public void Forget(string server, DefinitionKind kind, string name)
    {
        lock (gate)
        {
            if (known.TryGetValue((server, kind, name), out var node)) Remove(node);
        }
    }

    internal void Note(in DefinitionEvaluationRequest question, ServerIdentity identity, string digest, string reason)
    {
        var definition = question.Definition;
        if (definition.Range.Length > MostBytes) return;
        var own = new ServerDefinition(definition.Kind, definition.Name, definition.Json.ToArray(), new ByteRange(0, definition.Range.Length));
        var one = new WithheldDefinition(question.Server.Name, identity, own, digest, reason, question.At);
        lock (gate)
        {
            var key = (one.Server, definition.Kind, definition.Name);
            if (known.TryGetValue(key, out var before)) Remove(before);
            known[key] = order.AddLast(one);
            bytes += definition.Range.Length;
            while (order.Count > Most || bytes > MostBytes) Remove(order.First!);
        }

        noted?.Invoke(one);
    }

    private void Remove(LinkedListNode<WithheldDefinition> node)
    {
        order.Remove(node);
        known.Remove((node.Value.Server, node.Value.Definition.Kind, node.Value.Definition.Name));
        bytes -= node.Value.Definition.Range.Length;
    }
}
