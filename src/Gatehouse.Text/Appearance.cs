namespace Gatehouse.Text;

/// <summary>How a code point appears to a person.</summary>
public enum Appearance
{
    /// <summary>It shows itself, on its own.</summary>
    Plain,

    /// <summary>A combining mark that takes no width (Mn): it shows itself on the character before it.</summary>
    Mark,

    /// <summary>A combining mark that takes width (Mc).</summary>
    SpacingMark,

    /// <summary>A mark that encloses the character before it and can cover it (Me).</summary>
    EnclosingMark,

    /// <summary>C0, DEL or C1: it acts on a terminal.</summary>
    Control,

    /// <summary>It turns the reading direction (Bidi_Control).</summary>
    Direction,

    /// <summary>A tag character: invisible ASCII.</summary>
    Tag,

    /// <summary>A variation selector.</summary>
    Selector,

    /// <summary>It joins its neighbours or keeps them apart, and is needed by some scripts and by emoji.</summary>
    Joiner,

    /// <summary>It has no shape and no width, or none in most fonts.</summary>
    Invisible,

    /// <summary>A format character with a shape of its own in its script (Cf that is not ignorable), and the interlinear ones.</summary>
    Format,

    /// <summary>It looks like a space and is none.</summary>
    Blank,

    /// <summary>A line or paragraph separator beside the controls (Zl, Zp).</summary>
    Separator,

    /// <summary>Of private use: what it looks like is up to the font.</summary>
    Private,

    /// <summary>Not assigned, or never to be.</summary>
    Unassigned,

    /// <summary>Half of a pair without the other half.</summary>
    Surrogate,
}
