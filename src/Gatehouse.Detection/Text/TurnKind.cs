namespace Gatehouse.Detection.Text;

/// <summary>The direction in which a function word is written.</summary>
internal enum TurnKind
{
    /// <summary>It is no function word.</summary>
    None,

    /// <summary>As it is read.</summary>
    Plain,

    /// <summary>Turned by thirteen letters.</summary>
    Rot13,

    /// <summary>From behind.</summary>
    Mirrored,
}
