namespace Gatehouse.Detection.Text;

/// <summary>The kind of hiding.</summary>
public enum HiddenKind
{
    /// <summary>Nothing: the character is seen, or belongs to its neighbour.</summary>
    None = 0,

    /// <summary>A tag character: text without appearance.</summary>
    Tag,

    /// <summary>It turns the reading direction.</summary>
    Direction,

    /// <summary>It has no appearance.</summary>
    Invisible,

    /// <summary>A control character.</summary>
    Control,
}
