using Gatehouse.Packaging;

// Steps of ./publish that the shell cannot do, and the key of its signatures. Faults are one line on stderr and exit code 1.
try
{
    switch (args)
    {
        case ["normalize", var package, .. var rest]:
            NormalizedPackage.Normalize(package, new Options(rest).Timestamp("--time"));
            return 0;
        case ["zip", var folder, .. var rest]:
            ZippedFolder.Write(folder, new Options(rest));
            return 0;
        case ["sbom", .. var rest]:
            BomCommand.Run(new Options(rest));
            return 0;
        case ["provenance", .. var rest]:
            Provenance.Write(new Options(rest));
            return 0;
        case ["image-manifest", .. var rest]:
            Console.WriteLine(ImageLayout.ManifestFile(new Options(rest)));
            return 0;
        case ["image-attach", .. var rest]:
            ImageLayout.Attach(new Options(rest));
            return 0;
        case ["image-sign", .. var rest]:
            ImageLayout.Sign(new Options(rest));
            return 0;
        case ["sign", .. var rest]:
            SignCommand.Run(new Options(rest));
            return 0;
        case ["new-key", .. var rest]:
            KeyCommand.Run(new Options(rest));
            return 0;
        default:
            Console.Error.WriteLine("usage: gatehouse-packaging new-key --private FILE | normalize|zip|sbom|provenance|image-…|sign … (see ./publish)");
            return 2;
    }
}
catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException or System.Text.Json.JsonException
    or System.Security.Cryptography.CryptographicException)
{
    Console.Error.WriteLine($"gatehouse-packaging: {fault.Message}");
    return 1;
}
