using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Gatehouse.Pipeline;

/// <summary>
/// Doubles of named parts, inserted while a pipeline is composed: the one general mechanism by which the attack range shows the purpose of a part. It
/// is internal, so that no setting, flag or variable can use it, and a pipeline with a double is never complete. A part is replaced before its first
/// message or not at all.
/// </summary>
internal sealed class PartReplacements
{
    private readonly ImmutableDictionary<string, Func<object, object>> doubles;
    private readonly ConcurrentDictionary<string, bool> composed = new(StringComparer.Ordinal);

    private PartReplacements(ImmutableDictionary<string, Func<object, object>> doubles) => this.doubles = doubles;

    /// <summary>No replacements: every part is the product's own.</summary>
    public static PartReplacements None { get; } = new(ImmutableDictionary<string, Func<object, object>>.Empty);

    /// <summary>Names of the parts that are replaced.</summary>
    public IReadOnlyList<string> Names => [.. doubles.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Names of the parts that were composed so far. Without replacements, none are recorded.</summary>
    public IReadOnlyList<string> Composed => [.. composed.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Returns the same with a double in place of a part.</summary>
    public PartReplacements Put<T>(PartName<T> name, T naive) where T : class => Around(name, _ => naive);

    /// <summary>Returns the same with a double that is made from the part, or from its earlier replacement.</summary>
    public PartReplacements Around<T>(PartName<T> name, Func<T, T> make) where T : class
    {
        var before = doubles.GetValueOrDefault(name.Text);
        return new PartReplacements(doubles.SetItem(name.Text, part => make((T)(before is null ? part : before(part)))));
    }

    /// <summary>Returns the part for a name: the part itself unless it is replaced.</summary>
    public T Apply<T>(PartName<T> name, T part) where T : class
    {
        if (doubles.Count == 0) return part;
        composed[name.Text] = true;
        return doubles.TryGetValue(name.Text, out var make) ? (T)make(part) : part;
    }

    /// <summary>Refuses a double that replaced nothing: its exercise would test nothing.</summary>
    /// <exception cref="InvalidOperationException">A name was not composed.</exception>
    public void RequireComposed()
    {
        var idle = Names.Where(name => !composed.ContainsKey(name)).ToList();
        if (idle.Count > 0) throw new InvalidOperationException($"there is no part of this name to replace: {string.Join(", ", idle)}");
    }
}

/// <summary>Name of a part of a composed pipeline, with the type of the part.</summary>
/// <typeparam name="T">The type.</typeparam>
/// <param name="Text">The name, unique among all parts.</param>
internal sealed record PartName<T>(string Text) where T : class;
