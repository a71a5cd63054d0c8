// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
[assembly: AssemblyProduct("Sample")]
[assembly: AssemblyVersion("13.0.0.0")]
[assembly: AssemblyFileVersion("13.0.3.27908")]
[assembly: AssemblyInformationalVersion("13.0.3+0a2e291c0d9c")]
public class Sample { }
