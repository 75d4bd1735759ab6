namespace Gatehouse.Analyzers.Taint;

/// <summary>The form of a value, which decides what a comparison proves.</summary>
internal enum ValueForm
{
    Any,

    /// <summary>A full path without <c>..</c>: a comparison with a folder proves that it is inside.</summary>
    FullPath,

    /// <summary>A path relative to a folder: it is outside when it begins with <c>..</c>.</summary>
    RelativePath,

    /// <summary>The last part of a path: equal to the whole when the path has no folder.</summary>
    FileName,

    /// <summary>The host of an address: a check of it says where a request goes, and nothing else.</summary>
    Host,
}
