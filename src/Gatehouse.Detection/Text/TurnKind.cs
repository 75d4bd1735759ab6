namespace Gatehouse.Detection.Text;

/// <summary>The direction in which a word is written.</summary>
internal enum TurnKind
{
    /// <summary>As it is read.</summary>
    Plain,

    /// <summary>Turned by thirteen letters.</summary>
    Rot13,

    /// <summary>From behind.</summary>
    Mirrored,
}
