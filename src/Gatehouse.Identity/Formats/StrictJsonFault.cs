namespace Gatehouse.Identity.Formats;

/// <summary>The fault that keeps a text from being strict JSON.</summary>
internal enum StrictJsonFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Not one JSON object in valid UTF-8 within the depth limit.</summary>
    Malformed,

    /// <summary>A name occurs twice in one object, after unescaping.</summary>
    DuplicateMember,
}
